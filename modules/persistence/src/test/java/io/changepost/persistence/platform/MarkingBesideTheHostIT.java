package io.changepost.persistence.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.Star;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.platform.RelationStore.Marking;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Marking the relation that the host makes in SQL at that moment. */
class MarkingBesideTheHostIT {

  private static final long COMPANY = 1;

  private final TestDatabase fresh = TestPostgres.freshDatabase();
  private final Database database =
      Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 4));
  private final JdbcClient jdbc = JdbcClient.create(database.apiPool());
  private final RelationStore relations = new RelationStore(database);
  private long organization;

  @BeforeEach
  void anOrganizationAndACompany() {
    database.migrate();
    organization =
        jdbc.sql("insert into changepost.organization (name) values ('a') returning id")
            .query(Long.class)
            .single();
    jdbc.sql("insert into changepost.company (id, name) values (?, 'c')").param(COMPANY).update();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void the_one_that_the_host_made_is_marked() throws Exception {
    Marking.Marked marked = markedWhileTheHost("none", Connection::commit);

    assertThat(marked.created()).isFalse();
    assertThat(marked.relation().star()).isEqualTo(Star.GOLD);
    assertThat(marked.relation().starredAt()).isNotNull();
  }

  @Test
  void one_that_the_host_made_with_that_star_stays_as_it_is() throws Exception {
    Marking.Marked marked = markedWhileTheHost("gold", Connection::commit);

    assertThat(marked.created()).isFalse();
    assertThat(marked.relation().star()).isEqualTo(Star.GOLD);
  }

  @Test
  void one_that_the_host_takes_back_is_made_here() throws Exception {
    assertThat(markedWhileTheHost("none", Connection::rollback).created()).isTrue();
  }

  private interface Ending {
    void of(Connection host) throws SQLException;
  }

  private Marking.Marked markedWhileTheHost(String star, Ending ending) throws SQLException {
    try (Connection host = fresh.connect();
        Statement statement = host.createStatement()) {
      host.setAutoCommit(false);
      statement.executeUpdate(
          "insert into changepost.company_relation (organization_id, company_id, star) select id, "
              + COMPANY
              + ", '"
              + star
              + "' from changepost.organization");
      CompletableFuture<Marking> marking =
          CompletableFuture.supplyAsync(
              () -> relations.mark(organization, COMPANY, Star.GOLD, Integer.MAX_VALUE));
      await().until(() -> marking.isDone() || isAnybodyWaiting());
      assertThat(marking).isNotDone();
      ending.of(host);
      return (Marking.Marked) marking.orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  private boolean isAnybodyWaiting() {
    return jdbc.sql(
            """
            select exists (
              select 1 from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock')
            """)
        .query(Boolean.class)
        .single();
  }
}
