package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static JsonNode run(String java, String figures) throws IOException {
    return new ObjectMapper()
        .readTree(
            "{\"form\":1,\"machine\":{\"cores\":\"2\",\"Java\":\""
                + java
                + "\"},\"figures\":["
                + figures
                + "]}");
  }

  private static String figure(String what, double median) {
    return "{\"row\":\"a\",\"what\":\""
        + what
        + "\",\"unit\":\"posts/s\",\"median\":"
        + median
        + "}";
  }

  @Test
  void shows_both_runs_their_ratio_and_what_the_machines_differ_in() throws Exception {
    List<String> lines =
        Comparison.lines(
            run("17", figure("one", 1000) + "," + figure("gone", 5)),
            run("21", figure("one", 1500) + "," + figure("new", 7)));
    assertThat(lines.get(0)).isEqualTo("Java: 17 | 21");
    assertThat(lines.get(2)).matches("a {3}one +1,000 +1,500 +1\\.50 +posts/s");
    assertThat(lines.get(3)).matches("a {3}gone +5\\.00 +- +posts/s");
    assertThat(lines.get(4)).matches("a {3}new +- +7\\.00 +posts/s");
  }

  @Test
  void bare_client_is_the_same_with_another_number_of_threads() throws Exception {
    assertThat(
            Comparison.lines(
                run("17", figure("bare client, 16 threads", 10)),
                run("17", figure("bare client, 64 threads", 20))))
        .last()
        .asString()
        .contains("2.00");
  }
}
