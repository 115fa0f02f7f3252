package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time as Linux counts it, in microseconds, in steps of 10 ms; and memory. Zero on other
 * systems and for processes that are gone.
 */
final class Processor {

  private static final long MICROS_PER_TICK = 10_000;
  private static final long BYTES_PER_KIB = 1024;
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int ENDED_USER = 13;
  private static final int ENDED_SYSTEM = 14;

  private Processor() {}

  /** Of that process alone. */
  static long alone(long pid) {
    String[] fields = fields(pid);
    return fields.length == 0 ? 0 : sum(fields, USER, SYSTEM);
  }

  /** Of that process and all that it started, those that ended meanwhile included. */
  static long tree(long pid) {
    return ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::descendants)
            .mapToLong(child -> all(child.pid()))
            .sum()
        + all(pid);
  }

  /** What of that process stands in memory. */
  static long residentBytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KIB)
          .sum();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static long all(long pid) {
    String[] fields = fields(pid);
    return fields.length == 0 ? 0 : sum(fields, USER, SYSTEM, ENDED_USER, ENDED_SYSTEM);
  }

  private static long sum(String[] fields, int... places) {
    long ticks = 0;
    for (int place : places) {
      ticks += Long.parseLong(fields[place]);
    }
    return ticks * MICROS_PER_TICK;
  }

  /** What follows the program's name, which may hold anything. */
  private static String[] fields(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    } catch (IOException gone) {
      return new String[0];
    }
  }
}
