package io.changepost.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DatabaseIT {

  @Test
  void several_nodes_migrate_an_empty_database_at_once() throws Exception {
    TestDatabase fresh = TestPostgres.freshDatabase();
    ExecutorService nodes = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        runs.add(
            nodes.submit(
                () -> {
                  try (Database database = open(fresh)) {
                    database.migrate();
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      nodes.shutdown();
    }
    try (Database database = open(fresh)) {
      database.migrate();
      assertThat(
              JdbcClient.create(database.apiPool())
                  .sql("select count(*) from changepost.flyway_schema_history where not success")
                  .query(Integer.class)
                  .single())
          .isZero();
    }
  }

  @Test
  void the_senders_sessions_have_their_settings_and_the_apis_go_without_bitmaps_alone() {
    try (Database database = open(TestPostgres.freshDatabase())) {
      JdbcClient sender = JdbcClient.create(database.senderPool());
      assertThat(show(sender, "enable_nestloop")).isEqualTo("off");
      assertThat(show(sender, "statement_timeout")).isEqualTo("25s");
      assertThat(show(sender, "application_name")).isEqualTo("changepost-sender");
      assertThat(show(sender, "timezone")).isEqualTo("UTC");
      JdbcClient api = JdbcClient.create(database.apiPool());
      assertThat(show(api, "enable_nestloop")).isEqualTo("on");
      assertThat(show(api, "enable_seqscan")).isEqualTo("on");
      assertThat(show(api, "enable_bitmapscan")).isEqualTo("off");
      assertThat(show(api, "lock_timeout")).isEqualTo("5s");
    }
  }

  @Test
  void a_database_that_is_not_there_yet_is_waited_for_with_a_message() throws Exception {
    DatabaseSettings nowhere =
        new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/none", "nobody", "", 2);
    List<String> messages = new ArrayList<>();
    try (Database database = Database.open(nowhere)) {
      Thread waiting =
          new Thread(
              () ->
                  assertThatThrownBy(
                          () ->
                              database.waitUntilReachable(
                                  message -> {
                                    messages.add(message);
                                    Thread.currentThread().interrupt();
                                  }))
                      .hasMessageContaining("interrupted"));
      waiting.start();
      waiting.join(20_000);
      assertThat(waiting.isAlive()).isFalse();
    }
    assertThat(messages)
        .singleElement()
        .asString()
        .startsWith("waiting for the database at jdbc:postgresql://127.0.0.1:1/none: ");
  }

  @Test
  void a_database_that_is_there_needs_no_wait_and_a_wrong_name_is_told_at_once() {
    TestDatabase fresh = TestPostgres.freshDatabase();
    List<String> messages = new ArrayList<>();
    try (Database database = open(fresh)) {
      database.waitUntilReachable(messages::add);
    }
    DatabaseSettings wrong =
        new DatabaseSettings(fresh.url() + "_not", fresh.username(), fresh.password(), 2);
    try (Database database = Database.open(wrong)) {
      assertThatThrownBy(() -> database.waitUntilReachable(messages::add))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("refuses us");
    }
    assertThat(messages).isEmpty();
  }

  @Test
  void settings_name_what_is_wrong_and_hide_the_password() {
    assertThatThrownBy(() -> new DatabaseSettings("jdbc:mysql://x", "u", "p", 4))
        .hasMessageContaining("changepost.database.url");
    assertThatThrownBy(() -> new DatabaseSettings("jdbc:postgresql://x/y", "u", "p", 1))
        .hasMessageContaining("changepost.database.pool-size");
    assertThat(new DatabaseSettings("jdbc:postgresql://x/y", "u", "hush", 4).toString())
        .doesNotContain("hush");
  }

  private static Database open(TestDatabase fresh) {
    return Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 4));
  }

  private static String show(JdbcClient jdbc, String setting) {
    return jdbc.sql("select current_setting('" + setting + "')").query(String.class).single();
  }
}
