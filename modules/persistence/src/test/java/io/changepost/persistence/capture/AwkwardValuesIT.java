package io.changepost.persistence.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.RawJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payloads of the fault matrix: whatever a row holds, its change is valid JSON and exact. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwkwardValuesIT {

  private CaptureDatabase database;

  @BeforeAll
  void create() {
    database = CaptureDatabase.create();
    database.run(
        "create type mood as enum ('good', 'bad \"quoted\"')",
        "create type pair as (a int, b text)",
        "create domain note as text",
        "create table awkward (id int primary key, j json, jb jsonb, n numeric, f float8, r real, t text,"
            + " d note, b bytea, m mood, a int[], tt text[], p pair, tr tstzrange, ts timestamptz, dt date,"
            + " i interval, u uuid, x xml, bit bit(3), inet inet, g text generated always as (t || '!') stored)",
        "select changepost.watch('awkward', object => 'Company', company_id => 'id')");
  }

  @AfterAll
  void close() throws Exception {
    database.close();
  }

  @BeforeEach
  void begin() {
    database.run("truncate awkward");
    database.forget();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "j  ~ '{\"a\":\"x\\u0000y\"}'                     ~ {\"a\":\"x\\u0000y\"}",
        "j  ~ '{\"a\":\"\\ud800\"}'                       ~ {\"a\":\"\\ud800\"}",
        "j  ~ '{\"b\":1, \"a\":1.00,\"b\":2,  \"c\":1E+2}' ~ {\"b\":1, \"a\":1.00,\"b\":2,  \"c\":1E+2}",
        "jb ~ '{\"n\": 1.10}'                             ~ {\"n\": 1.10}",
        "n  ~ 'NaN'                                       ~ \"NaN\"",
        "n  ~ '-Infinity'                                 ~ \"-Infinity\"",
        "n  ~ 1.00                                        ~ 1.00",
        "n  ~ 9007199254740993                            ~ 9007199254740993",
        "n  ~ 12345678901234567890.1234567890123456789    ~ 12345678901234567890.1234567890123456789",
        "f  ~ 'NaN'                                       ~ \"NaN\"",
        "f  ~ 'Infinity'                                  ~ \"Infinity\"",
        "f  ~ 0.1::float8 + 0.2::float8                   ~ 0.30000000000000004",
        "t  ~ E'\"\\\\\\n\\x01\\u2028'                    ~ \"\\\"\\\\\\n\\u0001\u2028\"",
        "d  ~ 'domain'                                    ~ \"domain\"",
        "b  ~ '\\x00ff'                                   ~ \"\\\\x00ff\"",
        "m  ~ 'bad \"quoted\"'                            ~ \"bad \\\"quoted\\\"\"",
        "a  ~ '{1,NULL,3}'                                ~ [1,null,3]",
        "a  ~ '{{1},{2}}'                                 ~ [[1],[2]]",
        "tt ~ array['a\"', null]                          ~ [\"a\\\"\",null]",
        "p  ~ row(1, 'x')                                 ~ {\"a\":1,\"b\":\"x\"}",
        "tr ~ '[2026-01-01 00:00+00,)'                    ~ \"[\\\"2026-01-01 00:00:00+00\\\",)\"",
        "ts ~ 'infinity'                                  ~ \"infinity\"",
        "ts ~ '2026-06-01 12:00+02'                       ~ \"2026-06-01T10:00:00+00:00\"",
        "dt ~ '-infinity'                                 ~ \"-infinity\"",
        "dt ~ '0044-03-15 BC'                             ~ \"0044-03-15 BC\"",
        "i  ~ '1 year 2 days 03:04:05'                    ~ \"1 year 2 days 03:04:05\"",
        "x  ~ '<a b=\"1\"/>'                              ~ \"<a b=\\\"1\\\"/>\"",
        "bit ~ b'101'                                     ~ \"101\"",
        "inet ~ '::1/64'                                  ~ \"::1/64\"",
      })
  void a_value_is_valid_json_and_keeps_every_digit(String column, String value, String json) {
    database.run("insert into awkward (id, " + column + ") values (1, " + value + ")");

    assertThat(database.outbox("problem, truncated")).containsExactly("-|f");
    assertThat(database.outbox("current").get(0)).contains("\"" + column + "\":" + json + ",");
  }

  @Test
  void generated_columns_are_there() {
    database.run("insert into awkward (id, t) values (1, 'x')");

    assertThat(database.outbox("current ->> 'g'")).containsExactly("x!");
  }

  @Test
  void numbers_of_hundreds_of_digits_and_far_exponents_are_exact() {
    String digits = "7".repeat(500) + "." + "3".repeat(500);
    database.run("insert into awkward (id, n) values (1, " + digits + "), (2, 1e400), (3, 1e-400)");

    assertThat(database.outbox("(current ->> 'n')"))
        .containsExactly(digits, "1" + "0".repeat(400), "0." + "0".repeat(399) + "1");
  }

  @Test
  void ten_thousand_levels_of_nesting_are_kept_as_text() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    database.run("insert into awkward (id, j) values (1, '" + deep + "')");

    assertThat(database.outbox("current").get(0)).contains(deep);
  }

  @Test
  void a_json_column_does_not_stand_in_the_way_of_comparing_rows() {
    database.run("insert into awkward (id, j, t) values (1, '{\"a\":\"\\u0000\"}', 'x')");
    database.forget();

    database.run(
        "update awkward set t = t",
        "update awkward set j = '{\"a\":\"\\u0000\"}'",
        "update awkward set j = '{\"a\": \"\\u0000\"}'");

    assertThat(database.outbox("action, renamed")).containsExactly("update|t");
  }

  @Test
  void a_value_stored_out_of_line_is_there_also_where_it_was_not_touched() {
    database.run(
        "alter table awkward alter t set storage external",
        "insert into awkward (id, t) values (1, repeat('0123456789', 2000))");
    database.forget();

    database.run("update awkward set n = 1");

    assertThat(
            database.outbox(
                "length(current ->> 't'), length(previous ->> 't'), current ->> 'n', previous ->> 'n', truncated"))
        .containsExactly("20000|20000|1|-|f");
  }

  @Test
  void ten_thousand_rows_of_anything_are_as_to_json_gives_them() throws Exception {
    Random random = new Random(20261123);
    database.run(
        "create table fuzz (id int primary key, t text, j json, n numeric, f float8, b bytea, a text[])",
        "select changepost.watch('fuzz', object => 'Document', company_id => 'id')");
    try (Connection session = database.session("set timezone = 'UTC'");
        PreparedStatement insert =
            session.prepareStatement(
                "insert into fuzz values (?, ?, ?::json, ?::numeric, ?, ?, ?)")) {
      session.setAutoCommit(false);
      for (int id = 1; id <= 10_000; id++) {
        insert.setInt(1, id);
        insert.setString(2, anyText(random));
        insert.setString(3, anyJson(random, 3));
        insert.setString(4, anyNumber(random));
        insert.setDouble(5, Double.longBitsToDouble(random.nextLong()));
        insert.setBytes(6, anyBytes(random));
        insert.setArray(
            7, session.createArrayOf("text", new String[] {anyText(random), anyText(random)}));
        insert.addBatch();
        if (id % 500 == 0) {
          insert.executeBatch();
          session.commit();
        }
      }
    }

    assertThat(
            database.rows(
                "select count(*), count(*) filter (where o.current::text = to_json(fz)::text),"
                    + " count(o.problem) from fuzz fz join changepost.outbox o on o.object_id = fz.id::text"))
        .containsExactly("10000|10000|0");
    try (Stream<String> captured =
        database
            .rows("select current from changepost.outbox where object_id::int % 10 = 0")
            .stream()) {
      assertThat(captured).allSatisfy(row -> assertThat(RawJson.of(row).isObject()).isTrue());
    }
  }

  private static String anyText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(random.nextInt(20) == 0 ? 4_000 : 30);
    for (int i = 0; i < length; i++) {
      int point = 1 + random.nextInt(random.nextBoolean() ? 0x7f : 0x10fffe);
      text.appendCodePoint(point >= 0xd800 && point <= 0xdfff ? 'x' : point);
    }
    return text.toString();
  }

  private static String anyJson(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> "\"\\u%04x\"".formatted(random.nextInt(0x10000));
      case 1 -> anyNumber(random);
      case 2 -> "null";
      case 3 -> "\"a\\\\b\\\"\"";
      case 4 -> "true";
      case 5 -> "[" + anyJson(random, depth - 1) + " , " + anyJson(random, depth - 1) + "]";
      default -> "{\"k\" :" + anyJson(random, depth - 1) + ",\"k\":" + anyJson(random, 0) + "}";
    };
  }

  private static String anyNumber(Random random) {
    return "-"
        + (random.nextInt(9) + 1)
        + random.nextInt(1 << 30)
        + "."
        + random.nextInt(1 << 30)
        + "e"
        + (random.nextInt(200) - 100);
  }

  private static byte[] anyBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
