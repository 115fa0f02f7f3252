package io.changepost.persistence.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.access.KeyStore.NewKey;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class KeyLimitIT {

  private static final int CALLS = 6;
  private static final int MOST = 3;

  private final TestDatabase fresh = TestPostgres.freshDatabase();
  private final Database database =
      Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), CALLS));
  private final JdbcClient watching = JdbcClient.create(database.senderPool());
  private final KeyStore keys = new KeyStore(database);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void of_calls_at_once_for_the_last_key_one_makes_it() throws Exception {
    database.migrate();
    long organization =
        watching
            .sql("insert into changepost.organization (name) values ('a') returning id")
            .query(Long.class)
            .single();
    for (int i = 1; i < MOST; i++) {
      assertThat(keys.create(organization, MOST)).isPresent();
    }
    ExecutorService threads = Executors.newFixedThreadPool(CALLS);
    List<CompletableFuture<Optional<NewKey>>> calls;
    try (Connection other = fresh.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from changepost.organization for no key update");
      calls =
          Stream.generate(
                  () ->
                      CompletableFuture.supplyAsync(() -> keys.create(organization, MOST), threads))
              .limit(CALLS)
              .toList();
      await().until(() -> waiting() == CALLS);
      other.commit();
    }

    assertThat(calls.stream().map(CompletableFuture::join).flatMap(Optional::stream)).hasSize(1);
    threads.shutdown();
  }

  private int waiting() {
    return watching
        .sql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
            """)
        .query(Integer.class)
        .single();
  }
}
