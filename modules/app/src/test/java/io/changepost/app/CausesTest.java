package io.changepost.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CausesTest {

  @Test
  void causes_follow_one_another_in_one_line_and_none_is_said_twice() {
    Exception root = new IllegalStateException("line one\n  line two");
    Exception wrapper = new RuntimeException(root.toString().replace("\n  ", " "), root);

    assertThat(Causes.oneLine(new IllegalStateException("cannot start", root)))
        .isEqualTo("cannot start: line one line two");
    assertThat(Causes.oneLine(wrapper))
        .isEqualTo("java.lang.IllegalStateException: line one line two");
  }

  @Test
  void a_failure_without_words_is_named() {
    assertThat(Causes.oneLine(new NullPointerException())).isEqualTo("NullPointerException");
  }
}
