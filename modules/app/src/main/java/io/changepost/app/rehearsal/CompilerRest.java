package io.changepost.app.rehearsal;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits until this process has next to nothing to do, while those who wait do nothing either: then
 * its compiler is through with what it was given. The JVM tells of no compiler at work, only of
 * those that ended theirs.
 */
final class CompilerRest {

  private static final long LOOK_MILLIS = 100;

  /** One alone may be a moment in which others had the processors. */
  private static final int QUIET_LOOKS = 2;

  /** Of a processor. */
  private static final double LITTLE = 0.3;

  private CompilerRest() {}

  /**
   * Returns also when it is told to, when there is something to deliver, and when it is not seen
   * how much this process does.
   *
   * @return false where all that time the process came to no rest
   */
  static boolean await(CountDownLatch told, BooleanSupplier idle, long longestNanos)
      throws InterruptedException {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean process)) {
      return true;
    }
    long begun = System.nanoTime();
    long lookedAt = begun;
    long used = process.getProcessCpuTime();
    int quiet = 0;
    while (quiet < QUIET_LOOKS && idle.getAsBoolean()) {
      if (lookedAt - begun > longestNanos) {
        return false;
      }
      if (told.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
      long now = System.nanoTime();
      long usedNow = process.getProcessCpuTime();
      quiet = usedNow - used < LITTLE * (now - lookedAt) ? quiet + 1 : 0;
      lookedAt = now;
      used = usedNow;
    }
    return true;
  }
}
