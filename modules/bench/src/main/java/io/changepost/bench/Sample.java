package io.changepost.bench;

import java.util.Arrays;

/** The same thing measured several times; sorted. */
record Sample(double[] sorted) {

  static Sample of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Sample(sorted);
  }

  /** The one in the middle; of an even number the mean of the two there. */
  double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double least() {
    return sorted[0];
  }

  double most() {
    return sorted[sorted.length - 1];
  }

  int runs() {
    return sorted.length;
  }
}
