package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  private static final List<String> SCHEMES =
      List.of("bean", "direct", "http", "https", "log", "quartz", "ref", "seda", "sql", "timer");

  @ParameterizedTest
  @CsvSource({"timr, timer", "tiemr, timer", "dirct, direct", "qartz, quartz", "loh, log"})
  void a_slip_is_understood(String wrong, String meant) {
    assertThat(Nearest.to(wrong, SCHEMES)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"smtp", "smtps", "ftp", "sftp", "amqp", "mqtt", "redis", "ldap"})
  void another_word_is_not_taken_for_a_slip(String other) {
    assertThat(Nearest.to(other, SCHEMES)).isEmpty();
  }

  @Test
  void two_letters_that_changed_places_are_one_slip() {
    assertThat(Nearest.distance("simple", "simpel")).isEqualTo(1);
    assertThat(Nearest.distance("abc", "")).isEqualTo(3);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void of_very_many_words_the_first_are_listed() {
    List<String> many = IntStream.range(100, 160).mapToObj(Integer::toString).toList();
    assertThat(Nearest.listed(many)).startsWith("100, 101,").endsWith("124 and 35 more");
    assertThat(Nearest.listed(List.of("b", "a"))).isEqualTo("a, b");
  }
}
