package io.changepost.persistence.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nothing that capture meets makes a write of the host fail. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NeverFailsTheWriteIT {

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
    database.run("drop table if exists thing, wordy cascade");
    database.forget();
  }

  @Test
  void a_row_of_250_megabytes_becomes_its_keys() {
    database.watchThing("id int primary key, t text, b bytea, j jsonb, a text[]");

    database.run(
        "insert into thing (id, t) values (1, repeat('x', 250000000))",
        "update thing set b = '\\x01' where id = 1",
        "delete from thing where id = 1",
        "insert into thing (id, b) values (2, decode(repeat('00', 100000000), 'hex'))",
        "insert into thing (id, j) values (3, to_jsonb(repeat('x', 100000000)))",
        "insert into thing (id, a) values (4, array[repeat('x', 100000000)])",
        "alter table thing add later text",
        "insert into thing (id, later) values (5, repeat('x', 100000000))");

    assertThat(database.outbox("action, object_id, company_id, truncated, problem"))
        .containsExactly(
            "create|1|1|t|-",
            "update|1|1|t|-",
            "delete|1|1|t|-",
            "create|2|2|t|-",
            "create|3|3|t|-",
            "create|4|4|t|-",
            "create|5|5|t|-");
    assertThat(database.outbox("current, previous, bytes").subList(0, 3))
        .containsExactly("{\"id\" : 1}|-|10", "{\"id\" : 1}|{\"id\" : 1}|20", "-|{\"id\" : 1}|10");
  }

  @Test
  void the_limit_is_262144_bytes_of_both_rows_together_as_text() {
    database.watchThing("id int primary key, t text");

    // {"id":1,"t":""} is 15 bytes.
    database.run(
        "insert into thing values (1, repeat('x', 262144 - 15))",
        "insert into thing values (2, repeat('x', 262144 - 14))",
        "insert into thing values (3, repeat('\"', 131072 - 8))",
        "insert into thing values (4, repeat('x', 131072 - 15))",
        "update thing set t = repeat('y', 131072 - 15) where id = 4",
        "update thing set t = repeat('z', 131072 - 14) where id = 4");

    assertThat(database.outbox("action, bytes, truncated"))
        .containsExactly(
            "create|262144|f",
            "create|10|t",
            "create|262143|f",
            "create|131072|f",
            "update|262144|f",
            "update|20|t");
  }

  @Test
  void a_large_row_that_is_written_back_as_it_was_is_no_change() {
    database.watchThing("id int primary key, t text, n int");
    database.run("insert into thing values (1, repeat('x', 10000000), 1)");
    database.forget();

    database.run("update thing set t = t, n = 1", "update thing set n = 2");

    assertThat(database.outbox("action, truncated")).containsExactly("update|t");
  }

  @Test
  void content_stored_out_of_line_is_not_fetched_to_learn_that_it_is_large() {
    database.watchThing("id int primary key, status text, content bytea");
    database.run(
        "alter table thing alter content set storage external",
        "insert into thing values (1, 'a', decode(repeat('00', 10000000), 'hex'))");
    long before = toastBlocksRead();

    database.run("update thing set status = 'b'");

    assertThat(database.outbox("action, truncated")).containsExactly("create|t", "update|t");
    // Fetching it once would visit 1,250 blocks and their index.
    assertThat(toastBlocksRead() - before).isLessThan(100);
  }

  private long toastBlocksRead() {
    database.run("select pg_stat_force_next_flush()");
    return Long.parseLong(
        database
            .rows(
                "select toast_blks_hit + toast_blks_read from pg_statio_user_tables where relname = 'thing'")
            .get(0));
  }

  @Test
  void the_keys_of_a_large_relation_name_its_owner() {
    database.run(
        "insert into changepost.message (id, organization_id, company_id, body)"
            + " values (1, 2, 3, repeat('x', 300000))");

    assertThat(
            database.outbox(
                "current ->> 'id', current ->> 'organization_id', current ->> 'company_id',"
                    + " truncated, renamed"))
        .containsExactly("1|2|3|t|t");
  }

  @Test
  void columns_come_go_and_change_while_sessions_write() throws Exception {
    database.watchThing("id int primary key, name varchar(20), big text");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    Runnable writer =
        () -> {
          try (Connection session = database.session();
              Statement statement = session.createStatement()) {
            while (!stop.get()) {
              int id = next.incrementAndGet();
              statement.execute("insert into thing (id) values (" + id + ")");
              statement.execute("update thing set id = id where id = " + id);
              written.incrementAndGet();
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        };
    CompletableFuture<Void> one = CompletableFuture.runAsync(writer);
    CompletableFuture<Void> two = CompletableFuture.runAsync(writer);

    for (int i = 0; i < 10; i++) {
      database.run(
          "alter table thing add extra json default '{\"a\":\"\\u0000\"}'",
          "alter table thing rename big to huge",
          "alter table thing drop name",
          "alter table thing alter id type " + (i % 2 == 0 ? "bigint" : "int"),
          "alter table thing rename huge to big",
          "alter table thing drop extra, add name text");
    }
    stop.set(true);
    one.join();
    two.join();

    assertThat(written.get()).isPositive();
    assertThat(
            database.rows(
                "select count(*) - "
                    + written
                    + ", count(problem), count(*) filter (where truncated)"
                    + " from changepost.outbox"))
        .containsExactly("0|0|0");
  }

  @Test
  void the_next_change_after_ddl_has_the_new_shape_in_sessions_that_wrote_before() {
    database.watchThing("id int primary key, name text, big text");
    database.run(
        "insert into thing values (1, 'a', 'b')",
        "alter table thing add extra int default 7",
        "insert into thing values (2, 'a', 'b')",
        "alter table thing drop big",
        "insert into thing values (3, 'a')",
        "alter table thing rename name to title",
        "insert into thing values (4, 'a')",
        "alter table thing alter title type varchar(10), alter id type bigint",
        "insert into thing values (5000000000, 'a')");

    assertThat(database.outbox("object_id, company_id, current, problem"))
        .containsExactly(
            "1|1|{\"id\":1,\"name\":\"a\",\"big\":\"b\"}|-",
            "2|2|{\"id\":2,\"name\":\"a\",\"big\":\"b\",\"extra\":7}|-",
            "3|3|{\"id\":3,\"name\":\"a\",\"extra\":7}|-",
            "4|4|{\"id\":4,\"title\":\"a\",\"extra\":7}|-",
            "5000000000|5000000000|{\"id\":5000000000,\"title\":\"a\",\"extra\":7}|-");
  }

  @Test
  void a_column_that_watch_named_and_that_is_gone_leaves_a_problem_not_an_error() {
    database.watchThing("id int primary key, name text");
    database.run(
        "alter table thing rename id to key",
        "insert into thing values (1, 'a')",
        "select changepost.watch('thing', object => 'Company', company_id => 'key')",
        "insert into thing values (2, 'a')",
        "alter table thing alter key type text",
        "insert into thing values ('not a number', 'b')");

    assertThat(database.outbox("object_id, company_id, current ->> 'name', problem is null"))
        .containsExactly("|-|a|f", "2|2|a|t", "|-|b|f");
    assertThat(database.outbox("problem").get(0)).contains("\"id\"");
  }

  @Test
  void a_type_whose_own_json_fails_leaves_a_thin_row() {
    database.run(
        "create type mood as enum ('good', 'bad')",
        "create function to_json(m mood) returns json language plpgsql as"
            + " $$ begin raise exception 'no json today'; end $$",
        "create cast (mood as json) with function to_json(mood)");
    database.watchThing("id int primary key, mood mood");

    database.run("insert into thing values (1, 'good')", "update thing set mood = 'bad'");

    assertThat(database.outbox("action, object_id, company_id, current, truncated, problem"))
        .containsExactly(
            "create|1|1|{\"id\" : 1}|t|no json today", "update|1|1|{\"id\" : 1}|t|no json today");
  }

  @Test
  void who_writes_a_watched_table_needs_no_right_on_ours_and_gets_none() throws Exception {
    database.watchThing("id int primary key, name text");
    try (Connection stranger = database.stranger("grant insert, update, delete, select on thing");
        Statement statement = stranger.createStatement()) {
      statement.execute("insert into thing values (1, 'a')");
      statement.execute("update thing set name = 'b'");
      statement.execute("delete from thing");
      assertThatThrownBy(() -> statement.execute("select * from changepost.outbox"))
          .isInstanceOf(SQLException.class);
    }

    assertThat(database.outbox("action")).containsExactly("create", "update", "delete");
  }

  @Test
  void an_object_id_of_any_length_is_cut_and_never_fails() {
    database.run(
        "create table wordy (id int, name text)",
        "select changepost.watch('wordy', object => 'Company', company_id => 'id', object_id => 'name')",
        "insert into wordy values (1, repeat('x', 1000000)), (2, null)");

    assertThat(database.outbox("length(object_id), current is null, truncated, problem"))
        .containsExactly("1024|t|t|the keys are too large", "0|f|f|-");
  }
}
