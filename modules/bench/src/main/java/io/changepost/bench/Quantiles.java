package io.changepost.bench;

import java.util.Arrays;

/** Sorted durations in milliseconds. */
record Quantiles(double[] sorted) {

  static Quantiles of(double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return new Quantiles(sorted);
  }

  /** The smallest that at least that share does not exceed. */
  double at(double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
