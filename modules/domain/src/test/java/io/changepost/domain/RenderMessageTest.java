package io.changepost.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderMessageTest {

  private static final MessageId ID = new MessageId(90210, 7, 4711);

  private static Change change(
      String action, @Nullable String current, @Nullable String previous, boolean renamed) {
    return new Change(
        90210,
        "Company",
        action,
        "4711",
        Instant.parse("2026-11-23T08:45:57.123456789Z"),
        current,
        previous,
        renamed,
        false,
        null);
  }

  private static String body(Change change) {
    return new String(RenderMessage.bytes(ID, change), UTF_8);
  }

  @Test
  void an_update_tells_what_changed_and_keeps_both_rows() {
    String row = "{\"id\":4711,\"name\":\"%s\",\"vat_number\":1.00,\"fax\":null}";
    assertThat(body(change("update", row.formatted("New"), row.formatted("Old"), true)))
        .isEqualTo(
            "{\"id\":\""
                + ID.text()
                + "\",\"webhookId\":7,\"object\":\"Company\",\"action\":\"update\","
                + "\"objectId\":\"4711\",\"changeId\":90210,"
                + "\"timestamp\":\"2026-11-23T08:45:57.123456Z\",\"changed\":[\"name\"],"
                + "\"current\":{\"id\":4711,\"name\":\"New\",\"vatNumber\":1.00,\"fax\":null},"
                + "\"previous\":{\"id\":4711,\"name\":\"Old\",\"vatNumber\":1.00,\"fax\":null}}");
  }

  @Test
  void changed_names_fields_as_the_message_calls_them() {
    assertThat(body(change("update", "{\"vat_number\":1}", "{\"vat_number\":2}", true)))
        .contains("\"changed\":[\"vatNumber\"]");
    assertThat(body(change("update", "{\"vat_number\":1}", "{\"vat_number\":2}", false)))
        .contains("\"changed\":[\"vat_number\"]");
  }

  @Test
  void create_and_delete_have_one_side_and_no_changed() {
    assertThat(body(change("create", "{\"a_b\":1}", null, true)))
        .endsWith("456Z\",\"current\":{\"aB\":1},\"previous\":null}");
    assertThat(body(change("delete", null, "{\"a_b\":1}", true)))
        .endsWith("456Z\",\"current\":null,\"previous\":{\"aB\":1}}");
  }

  @Test
  void an_update_of_which_one_side_is_unknown_says_nothing_of_changes() {
    assertThat(body(change("update", "{\"a\":1}", null, false)))
        .endsWith("456Z\",\"current\":{\"a\":1},\"previous\":null}");
  }

  @Test
  void a_cut_row_says_so() {
    Change cut =
        new Change(
            1,
            "Company",
            "update",
            "5",
            Instant.EPOCH,
            "{\"row_id\":5}",
            "{\"row_id\":5}",
            true,
            true,
            null);
    assertThat(body(cut))
        .endsWith(
            "\"timestamp\":\"1970-01-01T00:00:00.000000Z\",\"truncated\":true,"
                + "\"current\":{\"rowId\":5},\"previous\":{\"rowId\":5}}");
  }

  @Test
  void published_json_keeps_even_its_white_space() {
    String json = " { \"a_b\" : [ 1 , 2 ] }\n";
    assertThat(body(change("create", json, null, false))).contains("\"current\":" + json + ",");
    assertThat(body(change("create", "[1,2]", null, true))).contains("\"current\":[1,2],");
    assertThat(body(change("create", "\"text\"", null, true))).contains("\"current\":\"text\",");
  }

  @Test
  void escapes_from_the_database_pass_untouched() {
    String value = "\"\\u0000 \\ud800 \\ud83d\\ude00 \\/ ü 😀\"";
    assertThat(body(change("create", "{\"odd_text\":" + value + "}", null, true)))
        .contains("\"current\":{\"oddText\":" + value + "},");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T08:45:57Z, 2026-11-23T08:45:57.000000Z",
    "2026-01-02T03:04:05.000001Z, 2026-01-02T03:04:05.000001Z",
    "2026-01-02T03:04:05.000000999Z, 2026-01-02T03:04:05.000000Z",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00.000000Z",
  })
  void a_timestamp_has_six_digits(String instant, String text) {
    StringBuilder out = new StringBuilder();
    RenderMessage.appendTimestamp(out, Instant.parse(instant));
    assertThat(out).hasToString(text);
  }

  @Test
  void an_object_id_of_any_characters_makes_valid_json() throws Exception {
    String id = "a\"b\\c\u0001\n\u2028ü😀";
    Change odd =
        new Change(1, "Company", "create", id, Instant.EPOCH, "{}", null, false, false, null);
    JsonNode tree = new ObjectMapper().readTree(RenderMessage.bytes(ID, odd));
    assertThat(tree.get("objectId").asText()).isEqualTo(id);
    Change lone =
        new Change(1, "Company", "create", "\ud800", Instant.EPOCH, "{}", null, false, false, null);
    assertThat(body(lone)).contains("\"objectId\":\"\\ud800\"");
  }

  @Test
  void the_same_row_gives_the_same_valid_bytes() throws Exception {
    Random random = new Random(7);
    ObjectMapper jackson = new ObjectMapper();
    for (int i = 0; i < 2_000; i++) {
      String row = "{\"id\":" + i + ",\"some_text\":\"" + random.nextLong() + "\"}";
      String before = random.nextBoolean() ? row : "{\"id\":" + i + ",\"some_text\":\"x\"}";
      Change change = change("update", row, before, true);
      byte[] bytes = RenderMessage.bytes(ID, change);
      assertThat(RenderMessage.bytes(ID, change)).isEqualTo(bytes);
      JsonNode tree = jackson.readTree(bytes);
      assertThat(List.copyOf(jackson.convertValue(tree.get("changed"), List.class)))
          .isEqualTo(row.equals(before) ? List.of() : List.of("someText"));
      assertThat(tree.get("current").get("id").asInt()).isEqualTo(i);
    }
  }

  @Test
  void a_test_message_is_object_test_action_test() throws Exception {
    JsonNode tree =
        new ObjectMapper()
            .readTree(
                RenderMessage.bytes(TestMessage.id(7, 1), TestMessage.change(7, Instant.EPOCH)));
    assertThat(tree.get("object").asText()).isEqualTo("Test");
    assertThat(tree.get("action").asText()).isEqualTo("test");
    assertThat(tree.get("webhookId").asInt()).isEqualTo(7);
    assertThat(tree.get("id").asText()).matches("msg_[A-Za-z0-9_-]{32}");
  }

  @Test
  void a_message_id_is_read_back_from_its_text() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      MessageId id = new MessageId(random.nextLong(), random.nextLong(), random.nextLong());
      assertThat(id.text()).matches("msg_[A-Za-z0-9_-]{32}");
      assertThat(MessageId.parse(id.text())).contains(id);
    }
    for (String text : List.of("", "msg_", "msg_" + "!".repeat(32), "abc_" + "A".repeat(32))) {
      assertThat(MessageId.parse(text)).isEmpty();
    }
    assertThat(MessageId.parse("msg_" + "A".repeat(31) + "=")).isEmpty();
  }
}
