package io.changepost.persistence.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.domain.SigningSecret;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.webhook.SecretStore;
import io.changepost.persistence.webhook.Subscription;
import io.changepost.persistence.webhook.Webhook;
import io.changepost.persistence.webhook.WebhookStore;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ResealIT {

  private final TestDatabase fresh = TestPostgres.freshDatabase();
  private final Database database =
      Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 4));
  private final JdbcClient jdbc = JdbcClient.create(database.apiPool());
  private final String oldKey = SecretBox.newKey();
  private final String newKey = SecretBox.newKey();
  private final SecretBox before = SecretBox.parse(oldKey);
  private final SecretBox both = SecretBox.parse(newKey + "," + oldKey);
  private final SecretBox after = SecretBox.parse(newKey);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void after_sealing_again_the_old_key_may_be_taken_away() {
    database.migrate();
    long organization =
        jdbc.sql("insert into changepost.organization (name) values ('a') returning id")
            .query(Long.class)
            .single();
    SigningSecret secret = SigningSecret.generate(new SecureRandom());
    Webhook.Settings settings =
        new Webhook.Settings(
            "https://example.org/",
            null,
            List.of(new Subscription(ChangeObject.COMPANY, Set.of(Action.UPDATE))),
            Map.of("Authorization", "Bearer x"),
            false,
            true);
    WebhookStore.Creation creation =
        new WebhookStore(database, before)
            .create(organization, settings, secret, new WebhookStore.Limits(10, 10));
    Webhook webhook = ((WebhookStore.Creation.Created) creation).webhook();
    new SecretStore(database, before)
        .rotate(
            organization,
            webhook.id(),
            SigningSecret.generate(new SecureRandom()),
            Duration.ofHours(1));
    long entries = count("audit");
    assertThatThrownBy(() -> new WebhookStore(database, after).find(organization, webhook.id()))
        .hasMessageContaining(before.keyId());

    ResealStore store = new ResealStore(database, both);
    assertThat(store.resealAll()).isEqualTo(new ResealStore.Resealed(4, 1, 0));
    assertThat(store.resealAll()).isEqualTo(new ResealStore.Resealed(0, 0, 0));

    Webhook read = new WebhookStore(database, after).find(organization, webhook.id()).orElseThrow();
    assertThat(read.settings().headers()).containsEntry("Authorization", "Bearer x");
    assertThat(read.state().publicKey()).startsWith("whpk_");
    assertThat(
            new SecretStore(database, after)
                .signing(organization, webhook.id())
                .orElseThrow()
                .secrets())
        .hasSize(4)
        .contains(secret);
    assertThat(count("audit")).isEqualTo(entries);
  }

  @Test
  void an_answered_call_is_known_after_the_keys_were_changed() {
    database.migrate();
    AnsweredStore.CallKey call = new AnsweredStore.CallKey("key 1", "createWebhook", "erp-1");
    AnsweredStore then = new AnsweredStore(database, before);
    then.begin(call, new byte[] {7});
    then.keep(call, 201, "the answer".getBytes(StandardCharsets.UTF_8));
    new ResealStore(database, both).resealAll();
    AnsweredStore.Known known = new AnsweredStore(database, after).begin(call, new byte[] {7});
    assertThat(known).isInstanceOf(AnsweredStore.Known.Answered.class);
    assertThat(((AnsweredStore.Known.Answered) known).body()).asString().isEqualTo("the answer");
  }

  @Test
  void answers_that_cannot_be_read_are_left_out_and_counted() {
    database.migrate();
    SecretBox lost = SecretBox.parse(SecretBox.newKey());
    AnsweredStore then = new AnsweredStore(database, before);
    for (int i = 0; i < 600; i++) {
      AnsweredStore.CallKey call =
          new AnsweredStore.CallKey("key 1", "createWebhook", String.format("%04d", i));
      AnsweredStore store = i % 3 == 0 ? new AnsweredStore(database, lost) : then;
      store.begin(call, new byte[] {7});
      store.keep(call, 201, new byte[] {(byte) i});
    }
    jdbc.sql("update changepost.answered set answer = '\\x00' where key = '0001'").update();
    webhookWithHeaders();

    assertThat(new ResealStore(database, both).resealAll())
        .isEqualTo(new ResealStore.Resealed(0, 1, 201));

    AnsweredStore.CallKey readable = new AnsweredStore.CallKey("key 1", "createWebhook", "0599");
    assertThat(new AnsweredStore(database, after).begin(readable, new byte[] {7}))
        .isInstanceOf(AnsweredStore.Known.Answered.class);
  }

  @Test
  void the_key_that_lacks_is_named() {
    database.migrate();
    webhookWithHeaders();
    assertThatThrownBy(() -> new ResealStore(database, after).resealAll())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(before.keyId());
  }

  private long count(String table) {
    return jdbc.sql("select count(*) from changepost." + table).query(Long.class).single();
  }

  /** Sealed with the key before. */
  private void webhookWithHeaders() {
    jdbc.sql("insert into changepost.organization (name) values ('a')").update();
    jdbc.sql(
            """
            insert into changepost.webhook (organization_id, url, headers)
            select id, 'https://example.org/', :headers from changepost.organization
            """)
        .param("headers", before.seal(new byte[] {1}))
        .update();
  }
}
