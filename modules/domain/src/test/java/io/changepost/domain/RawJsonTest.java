package io.changepost.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawJsonTest {

  /** The row as a message holds it. */
  private static String renamed(String json) {
    MessageSide side = MessageSide.of(json, RawJson.of(json).renamed());
    byte[] out = new byte[side.size() + 2];
    assertThat(side.writeTo(out, 1)).isEqualTo(side.size() + 1);
    return new String(out, 1, side.size(), UTF_8);
  }

  private static List<String> changed(String current, String previous) {
    return RawJson.changed(RawJson.of(current), RawJson.of(previous));
  }

  @ParameterizedTest
  @CsvSource({
    "name, name",
    "vat_number, vatNumber",
    "company_relation_id, companyRelationId",
    "a_b_c, aBC",
    "line_2, line2",
    "line_2_b, line2B",
    "line_2b, line2b",
    "a__b, aB",
    "_id, _id",
    "__row_id, __rowId",
    "name_, name_",
    "row_id__, rowId__",
    "_, _",
    "___, ___",
    "_1, _1",
    "camelCase, camelCase",
    "VAT_ID, VAT_ID",
    "Vat_id, Vat_id",
    "straße_über, straßeÜber",
    "weiß_ß, weißß",
    "a_-b, a_-b",
    "a b_c, a bC",
    "a\\u005fb_c, a\\u005fb_c",
  })
  void a_column_gets_a_camel_case_name(String column, String name) {
    assertThat(ColumnName.camelCase(column)).isEqualTo(name);
    assertThat(renamed("{\"" + column + "\":1}")).isEqualTo("{\"" + name + "\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a_b\":1,\"aB\":2} | {\"a_b\":1,\"aB\":2}",
        "{\"aB\":1,\"a_b\":2,\"c_d\":3} | {\"aB\":1,\"a_b\":2,\"cD\":3}",
        "{\"a_b\":1,\"a__b\":2} | {\"a_b\":1,\"a__b\":2}",
        "{\"line_2\":1,\"line2\":2} | {\"line_2\":1,\"line2\":2}",
        "{\"a_b\":1,\"a_b\":2} | {\"aB\":1,\"aB\":2}"
      })
  void two_columns_never_get_one_name(String row, String message) {
    assertThat(renamed(row)).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "-0",
        "0.10",
        "123456789012345678901234567890.123456789012345678901234567890",
        "9007199254740993",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\ud83d\\ude00 \\/ \\\\ \\\" \\b\"",
        "\"\\\\\"",
        "\"}\\\"],{\"",
        "\"NaN\"",
        "null",
        "true",
        "[]",
        "{}",
        "[1, 2 ,{\"snake_case\" : [ ]}]",
        "{\"snake_case\":{\"deeper_still\":\"a_b\"},\"x\" : 1.00}",
        "\"ünïcödé 😀 \u2028\""
      })
  void no_byte_of_a_value_changes(String value) {
    assertThat(renamed("{\"some_key\":" + value + ",\"z\":" + value + "}"))
        .isEqualTo("{\"someKey\":" + value + ",\"z\":" + value + "}");
    assertThat(renamed(" {\n\"some_key\" :\t" + value + " \r, \"z\": " + value + " } "))
        .isEqualTo("{\"someKey\":" + value + ",\"z\":" + value + "}");
    assertThat(changed("{\"a\":" + value + "}", "{\"a\":" + value + "}")).isEmpty();
    assertThat(changed("{\"a\":" + value + "}", "{\"a\":\"another\"}")).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"{}\"",
        "[{\"a_b\":1}]",
        "{",
        "{]",
        "{\"a_b\"}",
        "{\"a_b\":}",
        "{\"a_b\":1",
        "{\"a_b\":1,}",
        "{\"a_b\":1}}",
        "{\"a_b\":1} x",
        "{a_b:1}",
        "{\"a_b\":\"x}",
        "{\"a_b\":[1}",
        "{\"a_b\":1 \"c\":2}",
        "{,}",
        "{\"a_b\":\"\\\"}",
        "{\"a_b\"1}",
        "\u0000"
      })
  void what_is_not_one_object_is_left_as_it_is(String text) {
    RawJson json = RawJson.of(text);
    assertThat(json.isObject()).isFalse();
    assertThat(json.names()).isEmpty();
    assertThat(renamed(text)).isEqualTo(text);
  }

  @Test
  void an_empty_object_stays_one() {
    assertThat(renamed(" { } ")).isEqualTo("{}");
    assertThat(RawJson.of("{}").isObject()).isTrue();
  }

  @Test
  void nesting_of_any_depth_is_passed_over() {
    int depth = 200_000;
    String deep = "[{\"a_b\":".repeat(depth) + "1" + "}]".repeat(depth);
    assertThat(renamed("{\"deep_one\":" + deep + "}")).isEqualTo("{\"deepOne\":" + deep + "}");
    assertThat(RawJson.of("{\"a\":" + "[".repeat(depth)).isObject()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"b\":2} | {\"a\":1,\"b\":2} | ''",
        "{\"a\":1,\"b\":2} | {\"a\":1,\"b\":3} | b",
        "{\"a\":1,\"b\":2} | {\"b\":2,\"a\":1} | ''",
        "{\"b\":2,\"a\":1} | {\"a\":2,\"b\":1} | b a",
        "{\"a\":1,\"b\":2} | {\"a\":1} | b",
        "{\"a\":1} | {\"a\":1,\"b\":2} | b",
        "{\"n\":1,\"a\":2} | {\"a\":1,\"o\":2,\"p\":3} | n a o p",
        "{\"a\":1.0} | {\"a\":1.00} | a",
        "{\"a\":null} | {} | a",
        "{\"a\":1,\"a\":2} | {\"a\":1,\"a\":3} | a",
        "{\"a\":1,\"a\":2} | {\"a\":1,\"a\":2} | ''",
        "{\"a\":1,\"a\":2} | {\"a\":2,\"a\":1} | a",
        "{\"a\":1,\"a\":2} | {\"a\":1} | a",
        "{} | {} | ''",
        "[1] | [2] | ''",
        "{\"a\":1} | 5 | a"
      })
  void changed_names_what_differs_or_stands_on_one_side(
      String current, String previous, String names) {
    assertThat(String.join(" ", changed(current, previous))).isEqualTo(names);
  }

  /** 5,000 random rows, compared with what a parser of another make sees in them. */
  @Test
  void members_are_what_a_parser_finds() throws Exception {
    ObjectMapper jackson =
        new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    Random random = new Random(4711);
    for (int i = 0; i < 5_000; i++) {
      String text = object(random, 3);
      RawJson json = RawJson.of(text);
      assertThat(json.isObject()).as(text).isTrue();
      JsonNode tree = jackson.readTree(text);
      List<String> keys = new ArrayList<>();
      List<JsonNode> values = new ArrayList<>();
      for (Iterator<String> names = tree.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        keys.add(name);
        values.add(tree.get(name));
      }
      assertThat(json.names()).as(text).hasSameSizeAs(keys);
      for (int k = 0; k < keys.size(); k++) {
        assertThat(jackson.readValue("\"" + json.names().get(k) + "\"", String.class))
            .isEqualTo(keys.get(k));
        assertThat(json.name(k)).isEqualTo(keys.get(k));
        assertThat(jackson.readTree(json.value(k))).isEqualTo(values.get(k));
      }
      MessageSide side = MessageSide.of(text, json);
      byte[] written = new byte[side.size()];
      side.writeTo(written, 0);
      assertThat(jackson.readTree(written)).isEqualTo(tree);
      assertThat(changed(text, new String(written, UTF_8))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{} | {}",
        "{ } | {}",
        "{ \"a_b\" : \"x\" , \"c\" : [ 1 , 2 ] } | {\"aB\":\"x\",\"c\":[ 1 , 2 ]}",
        "{ \"a_b\" : \"ü😀\" , \"c_d\":1} | {\"aB\":\"ü😀\",\"cD\":1}",
        "{\"straße_über\" : null, \"c_d\" :\"é\" } | {\"straßeÜber\":null,\"cD\":\"é\"}",
        "{\"城_a\": 1} | {\"城A\":1}",
        "[ 1, \"ü\" ] | [ 1, \"ü\" ]",
        "not JSON | not JSON"
      })
  void values_are_copied_whatever_takes_more_than_a_byte(String json, String message) {
    assertThat(renamed(json)).isEqualTo(message);
  }

  @Test
  void tables_in_turns_keep_their_own_names() {
    for (int round = 0; round < 3; round++) {
      for (int table = 0; table < 200; table++) {
        String row = "{\"row_id\":1,\"column_%d\":2,\"of_%d\":3}".formatted(table, table % 7);
        assertThat(RawJson.of(row).renamed().names())
            .containsExactly("rowId", "column" + table, "of" + table % 7);
      }
    }
  }

  /** Any cut of a good text is no object, and none makes the scanner throw or hang. */
  @Test
  void every_cut_is_survived() {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      String text = object(random, 2).strip();
      for (int end = 0; end < text.length(); end++) {
        assertThat(RawJson.of(text.substring(0, end)).isObject()).isFalse();
      }
    }
  }

  private static String object(Random random, int depth) {
    StringBuilder out = new StringBuilder(space(random)).append('{').append(space(random));
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      out.append(i == 0 ? "" : ",").append(space(random));
      out.append("\"k").append(i).append(string(random)).append('"');
      out.append(space(random)).append(':').append(space(random));
      out.append(value(random, depth)).append(space(random));
    }
    return out.append('}').append(space(random)).toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> "\"" + string(random) + "\"";
      case 1 -> random.nextInt(1_000_000) + "." + random.nextInt(1000) + "0";
      case 2 -> "-" + random.nextLong(Long.MAX_VALUE) + "e-" + random.nextInt(9);
      case 3 -> "null";
      case 4 -> random.nextBoolean() ? "true" : "false";
      case 5 -> object(random, depth - 1).strip();
      default -> "[" + value(random, depth - 1) + space(random) + "," + value(random, 0) + "]";
    };
  }

  private static String string(Random random) {
    String[] pieces = {
      "a", "_", "\\\"", "\\\\", "{", "}", "[", "]", ",", ":", "ü", "😀", "\\u0041", "\\n", " "
    };
    StringBuilder out = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      out.append(pieces[random.nextInt(pieces.length)]);
    }
    return out.toString();
  }

  private static String space(Random random) {
    return new String[] {"", "", "", " ", "\n", "\t \r"}[random.nextInt(6)];
  }

  @Test
  void one_value_becomes_null_and_no_other_byte_moves() {
    String row =
        " {\"id\": 1.00, \"vat_number\" : {\"a\":[1,{}]} ,\"vatNumber\":\"x\", \"b\":\"vatNumber\"} ";
    assertThat(RawJson.of(row).withNull("vatNumber"))
        .isEqualTo(
            " {\"id\": 1.00, \"vat_number\" : null ,\"vatNumber\":null, \"b\":\"vatNumber\"} ");
    assertThat(RawJson.of(row).withNull("none")).isEqualTo(row);
    assertThat(RawJson.of("[1]").withNull("id")).isEqualTo("[1]");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"phon\\u0065\":\"x\",\"b\":1} | phone | {\"phon\\u0065\":null,\"b\":1}",
        "{\"stra\\u00DFe\":\"x\"} | straße | {\"stra\\u00DFe\":null}",
        "{\"vat\\u005fnumber\":1} | vatNumber | {\"vat\\u005fnumber\":null}",
        "{\"vat\\u005fnumber\":1} | vat_number | {\"vat\\u005fnumber\":null}",
        "{\"\\ud83d\\ude00\":1} | 😀 | {\"\\ud83d\\ude00\":null}",
        "{\"a\\\"b\\\\c\\/d\":1} | a\"b\\c/d | {\"a\\\"b\\\\c\\/d\":null}",
        "{\"a\\\\u0062\":1} | ab | {\"a\\\\u0062\":1}",
        "{\"a\\u006\":1} | a | {\"a\\u006\":1}",
      })
  void a_key_is_found_however_it_is_escaped(String row, String name, String redacted) {
    assertThat(RawJson.of(row).withNull(name)).isEqualTo(redacted);
  }

  @Test
  void a_key_is_compared_as_a_parser_reads_it() {
    assertThat(RawJson.of("{\"\\b\\f\\n\\r\\t\\/\\\"\\\\\\u00e9\\u00\":1}").name(0))
        .isEqualTo("\b\f\n\r\t/\"\\é\\u00");
  }
}
