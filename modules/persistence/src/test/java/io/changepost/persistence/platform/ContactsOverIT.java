package io.changepost.persistence.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.platform.ContactsOverStore.Over;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ContactsOverIT {

  private final TestDatabase fresh = TestPostgres.freshDatabase();
  private final Database database =
      Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 4));
  private final JdbcClient jdbc = JdbcClient.create(database.apiPool());
  private final ContactsOverStore store = new ContactsOverStore(database.senderPool());
  private long organization;

  @BeforeEach
  void importMoreThanTheLimit() {
    database.migrate();
    organization =
        jdbc.sql("insert into changepost.organization (name) values ('a') returning id")
            .query(Long.class)
            .single();
    jdbc.sql(
            """
            insert into changepost.company (id, name) select n, 'c' || n from generate_series(1, 12) n
            """)
        .update();
    jdbc.sql(
            """
            insert into changepost.company_relation (organization_id, company_id, star)
            select :organization, n, 'green' from generate_series(1, 12) n
            """)
        .param("organization", organization)
        .update();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void webhook() {
    jdbc.sql("insert into changepost.webhook (organization_id, url) values (?, 'https://e.org/')")
        .param(organization)
        .update();
  }

  private long entries() {
    return jdbc.sql(
            """
            select count(*) from changepost.audit
            where action = 'contacts.over-limit' and organization_id = ? and actor = 'changepost'
            """)
        .param(organization)
        .query(Long.class)
        .single();
  }

  @Test
  void an_import_over_the_limit_is_told_once() {
    webhook();
    assertThat(store.findNew(10)).containsExactly(new Over(organization, 12));
    assertThat(store.findNew(10)).isEmpty();
    assertThat(entries()).isEqualTo(1);
  }

  @Test
  void without_a_webhook_or_within_the_limit_there_is_nothing_to_tell() {
    assertThat(store.findNew(10)).isEmpty();
    webhook();
    assertThat(store.findNew(12)).isEmpty();
    assertThat(entries()).isZero();
  }

  @Test
  void one_that_was_within_the_limit_again_is_told_anew() {
    webhook();
    store.findNew(10);
    jdbc.sql("update changepost.company_relation set star = 'none' where company_id > 10").update();
    assertThat(store.findNew(10)).isEmpty();
    jdbc.sql("update changepost.company_relation set star = 'black' where company_id > 10")
        .update();
    assertThat(store.findNew(10)).containsExactly(new Over(organization, 12));
    assertThat(entries()).isEqualTo(2);
  }
}
