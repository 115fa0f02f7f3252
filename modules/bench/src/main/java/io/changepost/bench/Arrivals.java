package io.changepost.bench;

import java.util.Arrays;

/** Which mark came when; a mark that comes twice counts with its first time. */
final class Arrivals {

  private long[] times = new long[1024];
  private int most;

  /** Notes a mark of zero or more; a negative one is none. */
  void note(int mark, long micros) {
    if (mark < 0) {
      return;
    }
    if (mark >= times.length) {
      times = Arrays.copyOf(times, Math.max(mark + 1, times.length * 2));
    }
    most = Math.max(most, mark + 1);
    if (times[mark] == 0) {
      times[mark] = micros;
    }
  }

  void clear() {
    Arrays.fill(times, 0);
    most = 0;
  }

  /** Microseconds since 1970 by mark, 0 where it did not come, separated by commas. */
  String text() {
    StringBuilder text = new StringBuilder(most * 17);
    for (int mark = 0; mark < most; mark++) {
      text.append(mark == 0 ? "" : ",").append(times[mark]);
    }
    return text.toString();
  }
}
