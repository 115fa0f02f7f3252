package io.changepost.acceptance.matrix;

import java.util.List;

/**
 * What one trial came to.
 *
 * @param verdict whether the expectation was met
 * @param figure what was counted or measured
 * @param remark what falls short, or why it was not tried; else empty
 */
record Finding(Verdict verdict, String figure, String remark) {

  enum Verdict {
    HELD,
    SHORT,
    NOT_TRIED
  }

  static Finding held(String figure) {
    return new Finding(Verdict.HELD, figure, "");
  }

  static Finding fallsShort(String figure, String what) {
    return new Finding(Verdict.SHORT, figure, what);
  }

  static Finding notTried(String why) {
    return new Finding(Verdict.NOT_TRIED, "", why);
  }

  /** Held where the list of what is wrong is empty. */
  static Finding of(List<String> wrong, String figure) {
    return wrong.isEmpty() ? held(figure) : fallsShort(figure, String.join("; ", wrong));
  }

  static Finding of(boolean held, String figure, String what) {
    return held ? held(figure) : fallsShort(figure, what);
  }
}
