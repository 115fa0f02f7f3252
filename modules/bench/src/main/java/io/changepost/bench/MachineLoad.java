package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** How busy the machine was while all this was measured; nothing where Linux does not tell. */
record MachineLoad(String average, long[] ticks) {

  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int STOLEN = 7;

  static MachineLoad now() {
    try {
      String average = Files.readString(Path.of("/proc/loadavg")).trim();
      String[] words = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+");
      long[] ticks = new long[8];
      for (int i = 0; i < ticks.length; i++) {
        ticks[i] = Long.parseLong(words[i + 1]);
      }
      return new MachineLoad(average, ticks);
    } catch (IOException notLinux) {
      return new MachineLoad("", new long[8]);
    }
  }

  /**
   * Adds what was found between this moment and the later one.
   *
   * @param ownMicros processor time of everything that the measurement itself ran
   */
  void tell(MachineLoad later, long ownMicros, Map<String, String> facts) {
    long all = 0;
    for (int i = 0; i < ticks.length; i++) {
      all += later.ticks[i] - ticks[i];
    }
    if (all == 0) {
      return;
    }
    long idle = later.ticks[IDLE] + later.ticks[WAITING] - ticks[IDLE] - ticks[WAITING];
    long stolen = later.ticks[STOLEN] - ticks[STOLEN];
    long others = Math.max(0, all - idle - stolen - ownMicros / 10_000);
    facts.put("load average at the begin", average.substring(0, average.indexOf(' ')));
    facts.put("at the end", later.average.substring(0, later.average.indexOf(' ')));
    facts.put("processor time taken by other programs", percent(others, all));
    facts.put("stolen by the host of this machine", percent(stolen, all));
  }

  private static String percent(long part, long all) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / all);
  }
}
