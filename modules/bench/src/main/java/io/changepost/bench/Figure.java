package io.changepost.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param row the letter of what was measured
 * @param what in words
 * @param sample the figure, once for each run
 * @param unit of the figure
 * @param share of its reference; null where there is none
 */
record Figure(String row, String what, Sample sample, String unit, @Nullable Share share) {

  /**
   * @param sample figure by reference, each pair measured one after the other
   * @param of what the reference is
   */
  record Share(Sample sample, String of) {}

  static Figure of(String row, String what, double value, String unit) {
    return of(row, what, Sample.of(value), unit);
  }

  static Figure of(String row, String what, Sample sample, String unit) {
    return new Figure(row, what, sample, unit, null);
  }

  /** Beside one reference, not measured in pairs. */
  Figure against(double reference, String name) {
    return against(Sample.of(sample.median() / reference), name);
  }

  /** Beside a reference that was measured before or after each run. */
  Figure against(Sample shares, String name) {
    return new Figure(row, what, sample, unit, new Share(shares, name));
  }
}
