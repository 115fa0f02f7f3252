package io.changepost.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExplainedTest {

  @Test
  void parameters_are_numbered_but_not_what_looks_like_one() {
    assertThat(
            Explained.numbered(
                "-- which? one\nselect 'a?', \"b?\", ?::bigint[] from t where x = ? -- end\nlimit ?"))
        .isEqualTo(
            "-- which? one\nselect 'a?', \"b?\", $1::bigint[] from t where x = $2 -- end\nlimit $3");
  }
}
