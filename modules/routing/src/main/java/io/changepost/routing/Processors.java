package io.changepost.routing;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What the system tells of the processors.
 *
 * @param used what this process took of them, in nanoseconds
 * @param load how busy those of this machine, or container, were since somebody asked last, from 0
 *     to 1, whoever made them so; anything else where it is not known
 */
record Processors(LongSupplier used, DoubleSupplier load) {

  /** Of those nothing is known. */
  static final Processors UNKNOWN = new Processors(() -> 0, () -> -1);

  /** Those of this process. */
  static Processors here() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? new Processors(system::getProcessCpuTime, system::getCpuLoad)
        : UNKNOWN;
  }
}
