package io.changepost.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param row the letter of what was measured
 * @param what in words
 * @param value the figure
 * @param unit of the figure
 * @param share of the reference, which was measured in the same run; null where there is none
 * @param reference what it is a share of
 */
record Figure(
    String row,
    String what,
    double value,
    String unit,
    @Nullable Double share,
    @Nullable String reference) {

  static Figure of(String row, String what, double value, String unit) {
    return new Figure(row, what, value, unit, null, null);
  }

  Figure against(double reference, String name) {
    return new Figure(row, what, value, unit, value / reference, name);
  }
}
