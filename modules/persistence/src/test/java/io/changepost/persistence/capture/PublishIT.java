package io.changepost.persistence.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changepost.persistence.capture.CaptureDatabase.HostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishIT {

  private CaptureDatabase database;

  @BeforeAll
  void create() {
    database = CaptureDatabase.create();
  }

  @AfterAll
  void close() throws Exception {
    database.close();
  }

  @BeforeEach
  void begin() {
    database.forget();
  }

  @Test
  void a_published_change_returns_its_id_and_keeps_its_bytes() {
    String json = "{\"amount_total\": 1.10, \"a\":\"\\u0000\\ud800\", \"a\":1}";
    String id =
        database
            .rows(
                "select changepost.publish(object => 'Document', action => 'create', object_id => '77',"
                    + " company_id => 12, organization_id => NULL, current => '"
                    + json
                    + "', previous => NULL)")
            .get(0);

    assertThat(
            database.outbox(
                "id, object, action, object_id, company_id, organization_id, current, previous, bytes, renamed,"
                    + " truncated"))
        .containsExactly(id + "|Document|create|77|12|-|" + json + "|-|" + json.length() + "|f|f");
  }

  @Test
  void it_leaves_with_the_callers_transaction_or_not_at_all() throws Exception {
    try (Connection session = database.session();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("select changepost.publish('Company', 'delete', '1', 1)");
      session.rollback();
      statement.execute("select changepost.publish('Company', 'delete', '2', 2)");
      session.commit();
    }

    assertThat(database.outbox("object_id")).containsExactly("2");
  }

  @Test
  void the_time_and_the_trace_are_the_callers_where_given() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    database.run(
        "select changepost.publish('Company', 'update', '1', 1, current => '{}',"
            + " occurred_at => '2026-01-02T03:04:05.678901Z', traceparent => '"
            + trace
            + "')",
        "set changepost.traceparent = '" + trace + "'",
        "select changepost.publish('Company', 'update', '1', 1, current => '{}', previous => 'null')",
        "reset changepost.traceparent");

    assertThat(database.outbox("occurred_at at time zone 'UTC', traceparent").get(0))
        .isEqualTo("2026-01-02 03:04:05.678901|" + trace);
    assertThat(database.outbox("captured_at - occurred_at < '1 s', traceparent, previous").get(1))
        .isEqualTo("t|" + trace + "|-");
  }

  @Test
  void the_star_of_a_published_relation_is_read_whatever_else_its_json_holds() {
    database.run(
        "select changepost.publish('CompanyRelation', 'update', '1', 1, 6,"
            + " current => '{\"n\":\"\\u0000\\\\u0000\\ud800\\\"\",\"star\":\"none\"}',"
            + " previous => '{\"star\":\"gold\",\"starredAt\":\"2026-01-01T00:00:00Z\"}')",
        "select changepost.publish('CompanyRelation', 'create', '1', 1, 6,"
            + " current => '{\"star\":\"green\",\"starred_at\":\"2026-01-01T00:00:00Z\"}')",
        "select changepost.publish('CompanyRelation', 'create', '1', 1, 6, current => '{\"star\":\"gold\",\"starredAt\":\"soon\"}')",
        "select changepost.publish('CompanyRelation', 'delete', '1', 1, 6, previous => '{\"star\":\"transparent\"}')",
        "select changepost.publish('CompanyRelation', 'delete', '1', 1, 6)");

    assertThat(database.outbox("star, previous_star, starred_at at time zone 'UTC'"))
        .containsExactly(
            "none|gold|2026-01-01 00:00:00",
            "green|-|2026-01-01 00:00:00",
            "gold|-|-",
            "-|none|-",
            "-|-|-");
  }

  @Test
  void a_role_with_execute_needs_nothing_else() throws Exception {
    try (Connection stranger =
            database.stranger(
                "grant usage on schema changepost",
                "grant execute on function changepost.publish");
        Statement statement = stranger.createStatement();
        ResultSet id =
            statement.executeQuery("select changepost.publish('Company', 'delete', '1', 1)")) {
      assertThat(id.next()).isTrue();
    }

    assertThat(database.outbox("object_id")).containsExactly("1");
  }

  @Test
  void the_limit_holds_to_the_byte() {
    String fits = "'{\"a\":\"' || repeat('x', 262144 - 8) || '\"}'";
    database.run(
        "select changepost.publish('Company', 'create', '1', 1, current => (" + fits + ")::json)");

    HostException refusal =
        catchThrowableOfType(
            HostException.class,
            () ->
                database.run(
                    "select changepost.publish('Company', 'create', '1', 1, current => ("
                        + fits
                        + " || ' ')::json)"));

    assertThat(refusal).hasMessageContaining("262145 bytes, at most 262144 are allowed");
    assertThat(refusal.state()).isEqualTo("54000");
    assertThat(database.outbox("bytes")).containsExactly("262144");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "null, 'create', '1', 1, current => '{}' ~ 22004 ~ object is needed",
        "'Company', null, '1', 1, current => '{}' ~ 22004 ~ action is needed",
        "'Company', 'create', '', 1, current => '{}' ~ 22004 ~ object_id is needed",
        "'Company', 'create', '1', null, current => '{}' ~ 22004 ~ company_id is needed",
        "'Contact', 'create', '1', 1, current => '{}' ~ 22023 ~ unknown object 'Contact'",
        "'Company', 'created', '1', 1, current => '{}' ~ 22023 ~ unknown action 'created'",
        "'Message', 'create', '1', 1, current => '{}' ~ 22004 ~ organization_id is needed for Message",
        "'CompanyRelation', 'delete', '1', 1 ~ 22004 ~ organization_id is needed for CompanyRelation",
        "'CompanyRelationData', 'delete', '1', 1 ~ 22004 ~ organization_id is needed for CompanyRelationData",
        "'Company', 'create', '1', 1, current => '{}', previous => '{}' ~ 22023 ~ a create has no previous",
        "'Company', 'delete', '1', 1, current => '{}' ~ 22023 ~ a delete has no current",
        "'Company', 'create', '1', 1 ~ 22004 ~ current is needed for create",
        "'Company', 'update', '1', 1, previous => '{}' ~ 22004 ~ current is needed for update",
        "'Company', 'create', '1', 1, current => '[]' ~ 22023 ~ are JSON objects or null",
        "'Company', 'create', '1', 1, current => '{' ~ 22P02 ~ invalid input syntax for type json",
        "'Company', 'delete', '1', 1, occurred_at => 'infinity' ~ 22023 ~ occurred_at is a point in time",
        "'Company', 'delete', '1', 1, traceparent => 'x' ~ 22023 ~ is no W3C traceparent",
        "'Company', 'delete', repeat('1', 1025), 1 ~ 22023 ~ object_id has 1025 characters",
      })
  void a_change_that_makes_no_sense_is_refused(String arguments, String state, String words) {
    HostException refusal =
        catchThrowableOfType(
            HostException.class,
            () -> database.run("select changepost.publish(" + arguments + ")"));

    assertThat(refusal).hasMessageContaining(words);
    assertThat(refusal.state()).isEqualTo(state);
    assertThat(database.outbox("id")).isEmpty();
  }
}
