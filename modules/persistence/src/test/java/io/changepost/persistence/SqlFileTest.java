package io.changepost.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFileTest {

  @ParameterizedTest
  @CsvSource({
    "fan-out/filter-by-subscriptions, :#${bean:fanOut?method=plan}",
    "claim/claim-due, :#${bean:claim?method=plan}"
  })
  void a_polled_statement_has_its_parameter_once_and_nothing_else_that_camel_would_bind(
      String file, String parameter) {
    String sql = SqlFile.read(file);
    assertThat(sql).containsOnlyOnce(parameter);
    assertThat(sql.replace(parameter, "")).doesNotContain("#").doesNotContain("?");
  }

  @Test
  void an_unknown_file_is_named() {
    assertThatThrownBy(() -> SqlFile.read("none/such"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/sql/none/such.sql");
  }
}
