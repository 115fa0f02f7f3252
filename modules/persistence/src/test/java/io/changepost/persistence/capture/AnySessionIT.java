package io.changepost.persistence.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the session of a write has set, capture neither shows it nor falls for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnySessionIT {

  private CaptureDatabase database;

  @BeforeAll
  void create() {
    database = CaptureDatabase.create();
  }

  @AfterAll
  void close() throws Exception {
    database.close();
  }

  @AfterEach
  void end() {
    database.run("drop table if exists thing cascade");
    database.forget();
  }

  @Test
  void what_a_session_has_set_does_not_show() throws Exception {
    database.watchThing(
        "id int primary key, ts timestamptz, i interval, b bytea, f float8, r tstzrange");
    String row =
        "insert into thing values (%d, '2026-06-01T10:00:00Z', '1 day 02:00', '\\x0aff', 0.1::float8 + 0.2::float8,"
            + " '[2026-06-01T10:00:00Z,)')";
    database.run(row.formatted(1));
    // In one statement, because the driver refuses to go on once it hears of such a DateStyle.
    database.run(
        "do $$ begin perform set_config(name, value, true) from (values ('timezone', 'Asia/Kathmandu'),"
            + " ('datestyle', 'SQL, DMY'), ('intervalstyle', 'iso_8601'), ('bytea_output', 'escape'),"
            + " ('extra_float_digits', '-3'), ('standard_conforming_strings', 'off'), ('row_security', 'off'),"
            + " ('plan_cache_mode', 'force_custom_plan'),"
            + " ('search_path', '')) s (name, value); "
            + row.formatted(2).replace("into thing", "into public.thing").replace("\\x", "\\\\x")
            + "; end $$");

    assertThat(
            database.outbox("replace(current::text, '\"id\":2', '\"id\":1')").stream().distinct())
        .containsExactly(
            "{\"id\":1,\"ts\":\"2026-06-01T10:00:00+00:00\",\"i\":\"1 day 02:00:00\",\"b\":\"\\\\x0aff\","
                + "\"f\":0.30000000000000004,\"r\":\"[\\\"2026-06-01 10:00:00+00\\\",)\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timezone = 'UTC'",
        "timezone = 'Asia/Kathmandu'",
        "time zone interval '-03:30' hour to minute",
        "datestyle = 'SQL, DMY'",
        "intervalstyle = 'iso_8601'",
        "bytea_output = 'escape'",
        "extra_float_digits = -3",
        "search_path = pg_catalog"
      })
  void a_table_of_known_types_shows_no_setting_either(String setting) {
    database.watchThing(
        "id int primary key, ts timestamptz, many timestamptz[], i interval, b bytea, f float8, d date");
    String settings =
        "concat_ws('|', current_setting('TimeZone'), current_setting('DateStyle'), current_setting('search_path'))";
    // In one statement, because the driver refuses to go on once it hears of such a DateStyle.
    database.run(
        "do $$ declare before text; begin set local "
            + setting
            + "; before := "
            + settings
            + "; insert into public.thing values (1, '2026-06-01T10:00:00Z', '{2026-06-01T10:00:00Z}',"
            + " '1 day 02:00', '\\x0aff', 0.1::float8 + 0.2::float8, '2026-06-02');"
            + " update public.thing set d = d + 1; if before <> "
            + settings
            + " then raise exception 'it was %', before; end if; end $$");

    String known =
        "{\"id\":1,\"ts\":\"2026-06-01T10:00:00+00:00\",\"many\":[\"2026-06-01T10:00:00+00:00\"],"
            + "\"i\":\"1 day 02:00:00\",\"b\":\"\\\\x0aff\",\"f\":0.30000000000000004,\"d\":\"2026-06-0";
    assertThat(database.outbox("current, previous, problem"))
        .containsExactly(known + "2\"}|-|-", known + "3\"}|" + known + "2\"}|-");
  }

  @Test
  void a_session_is_in_its_own_time_zone_after_a_capture() throws Exception {
    database.watchThing("id int primary key, ts timestamptz");
    String insert = "insert into thing values (%d, '2026-06-01T10:00:00Z')";
    try (Connection session = database.session("set time zone 'Asia/Kathmandu'");
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute(insert.formatted(1));
      assertThat(zone(statement)).isEqualTo("Asia/Kathmandu");
      statement.execute("set local time zone 'America/Lima'");
      statement.execute("savepoint before_the_next");
      statement.execute(insert.formatted(2));
      assertThat(zone(statement)).isEqualTo("America/Lima");
      statement.execute("rollback to savepoint before_the_next");
      statement.execute(insert.formatted(3));
      session.commit();
      assertThat(zone(statement)).isEqualTo("Asia/Kathmandu");
      statement.execute("set time zone 'Europe/Oslo'");
      statement.execute(insert.formatted(4));
      session.commit();
      assertThat(zone(statement)).isEqualTo("Europe/Oslo");
    }

    assertThat(database.outbox("object_id, current ->> 'ts'"))
        .containsExactly(
            "1|2026-06-01T10:00:00+00:00",
            "3|2026-06-01T10:00:00+00:00",
            "4|2026-06-01T10:00:00+00:00");
  }

  private static String zone(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("show timezone")) {
      result.next();
      return result.getString(1);
    }
  }

  @Test
  void columns_that_come_or_become_times_after_watch_show_no_setting() throws Exception {
    database.watchThing("id int primary key, ts timestamp");
    try (Connection session = database.session("set time zone 'UTC'");
        Statement statement = session.createStatement()) {
      statement.execute("insert into thing values (1, '2026-06-01T10:00:00')");
      statement.execute("alter table thing alter ts type timestamptz");
      statement.execute("set time zone 'Asia/Kathmandu'");
      statement.execute("insert into thing values (2, '2026-06-01T10:00:00Z')");
      statement.execute("alter table thing add span tstzrange");
      statement.execute(
          "insert into thing values (3, '2026-06-01T10:00:00Z', '[2026-06-01T10:00:00Z,)')");
    }

    assertThat(database.outbox("current, problem"))
        .containsExactly(
            "{\"id\":1,\"ts\":\"2026-06-01T10:00:00\"}|-",
            "{\"id\":2,\"ts\":\"2026-06-01T10:00:00+00:00\"}|-",
            "{\"id\":3,\"ts\":\"2026-06-01T10:00:00+00:00\",\"span\":\"[\\\"2026-06-01 10:00:00+00\\\",)\"}|-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"timezone = 'Asia/Kathmandu'", "datestyle = 'SQL, DMY'"})
  void an_object_id_of_times_shows_no_setting(String setting) {
    database.run(
        "create table thing (id int, at timestamptz, d date, primary key (id, at, d))",
        "select changepost.watch('thing', object => 'Company', company_id => 'id')",
        "do $$ begin set local "
            + setting
            + "; insert into thing values (1, '2026-06-01T10:00:00Z', '2026-06-02'); end $$");

    assertThat(database.outbox("object_id")).containsExactly("1,2026-06-01 10:00:00+00,2026-06-02");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"$user\", public", "public, pg_catalog"})
  void nobody_can_make_capture_run_code_of_theirs_or_forge_a_change(String path) throws Exception {
    database.watchThing("id int primary key, name text");
    String function =
        database
            .rows(
                "select split_part(function::text, '(', 1) from changepost.watched where source = 'thing'::regclass")
            .get(0);
    try (Connection stranger =
            database.stranger(
                "grant insert, update, select on thing",
                "grant usage on schema changepost",
                "grant create, usage on schema public");
        Statement statement = stranger.createStatement()) {
      try {
        for (String trap :
            new String[] {
              "function public.to_json(public.thing) returns json language sql as $$ select '{\"evil\":1}'::json $$",
              "function public.octet_length(text) returns int language sql as $$ select 1/0 $$",
              "function public.pg_column_size(public.thing) returns int language sql as $$ select 1/0 $$",
              "function public.alike(public.thing, public.thing) returns bool language sql as $$ select true $$",
              "operator public.*= (leftarg = public.thing, rightarg = public.thing, function = public.alike)",
              "function public.alike(text, text) returns bool language sql as $$ select false $$",
              "operator public.= (leftarg = text, rightarg = text, function = public.alike)",
              "operator public.<> (leftarg = text, rightarg = text, function = public.alike)",
              "operator public.~ (leftarg = text, rightarg = text, function = public.alike)",
              "domain pg_temp.text as pg_catalog.int4",
              "domain pg_temp.json as pg_catalog.int4",
              "domain pg_temp.int8 as pg_catalog.bool"
            }) {
          statement.execute("create " + trap);
        }
        statement.execute("set search_path = " + path);
        statement.execute("insert into thing values (1, 'a')");
        statement.execute("update thing set name = 'b'");
        statement.execute("create temp table fake (id int, name pg_catalog.text)");
        assertThatThrownBy(
                () ->
                    statement.execute(
                        "create trigger forge after insert on fake for each row execute function "
                            + function
                            + "()"))
            .hasMessageContaining("permission denied for function");
        assertThatThrownBy(
                () -> statement.execute("select changepost.publish('Company', 'delete', '1', 1)"))
            .hasMessageContaining("permission denied for function publish");
      } finally {
        statement.execute("drop owned by current_user cascade");
      }
    }

    assertThat(database.outbox("current, previous, problem"))
        .containsExactly(
            "{\"id\":1,\"name\":\"a\"}|-|-",
            "{\"id\":1,\"name\":\"b\"}|{\"id\":1,\"name\":\"a\"}|-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        // Would fill in who follows which company.
        "id int, relation_id bigint, organization_id bigint, company_id bigint"
            + " ~ before insert ~ keep_relation_of_data",
        // Would write an entry of an organization of one's choice into the audit log.
        "id bigint, organization_id bigint, hint text, revoked_at timestamptz"
            + " ~ after insert ~ audit_key",
      })
  void nobody_can_read_relations_or_forge_the_audit_log_by_our_triggers(
      String columns, String event, String function) throws Exception {
    try (Connection stranger = database.stranger("grant usage on schema changepost");
        Statement statement = stranger.createStatement()) {
      statement.execute("create temp table own (" + columns + ")");
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "create trigger ours "
                          + event
                          + " on own for each row execute function changepost."
                          + function
                          + "()"))
          .hasMessageContaining("permission denied for function changepost." + function);
    }
  }

  @Test
  void nobody_may_execute_what_runs_with_our_rights() throws Exception {
    database.watchThing("id int primary key");
    String ours =
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            + " where n.nspname = 'changepost' and p.prosecdef";
    assertThat(database.rows(ours)).contains("publish", "audit_key", "keep_relation_of_data");
    try (Connection stranger = database.stranger("grant usage on schema changepost");
        Statement statement = stranger.createStatement();
        ResultSet open =
            statement.executeQuery(ours + " and has_function_privilege(p.oid, 'execute')")) {
      assertThat(open.next() ? open.getString(1) : "none").isEqualTo("none");
    }
  }
}
