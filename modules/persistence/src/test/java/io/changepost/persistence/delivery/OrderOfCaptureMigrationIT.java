package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class OrderOfCaptureMigrationIT {

  @Test
  void webhooks_that_are_there_go_on_listening_to_what_was_captured_since_they_were_made() {
    TestDatabase fresh = TestPostgres.freshDatabase();
    DriverManagerDataSource source =
        new DriverManagerDataSource(fresh.url(), fresh.username(), fresh.password());
    FluentConfiguration migrations =
        Flyway.configure()
            .dataSource(source)
            .schemas("changepost")
            .locations("classpath:db/migration");
    migrations.target("9").load().migrate();
    JdbcClient jdbc = JdbcClient.create(source);
    jdbc.sql("insert into changepost.organization (id, name) values (1, 'a contractor')").update();
    webhook(jdbc, "old");
    change(jdbc, "before");
    webhook(jdbc, "new");
    change(jdbc, "after");
    migrations.target("10").load().migrate();
    assertThat(listening(jdbc, "old")).isEqualTo("before,after");
    assertThat(listening(jdbc, "new")).isEqualTo("after");
    webhook(jdbc, "later");
    change(jdbc, "latest");
    assertThat(listening(jdbc, "later")).isEqualTo("latest");
    assertThat(listening(jdbc, "old")).isEqualTo("before,after,latest");
  }

  private static void webhook(JdbcClient jdbc, String url) {
    jdbc.sql("insert into changepost.webhook (organization_id, url) values (1, ?)")
        .param(url)
        .update();
  }

  private static void change(JdbcClient jdbc, String objectId) {
    jdbc.sql(
            "insert into changepost.outbox (object, action, object_id, bytes, renamed) values ('Company', 'update', ?, 0, true)")
        .param(objectId)
        .update();
  }

  private static String listening(JdbcClient jdbc, String url) {
    return jdbc.sql(
            "select string_agg(o.object_id, ',' order by o.id) from changepost.outbox o, changepost.webhook w"
                + " where w.url = ? and w.listens_after < o.id")
        .param(url)
        .query(String.class)
        .single();
  }
}
