package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookStatusIT {

  private static Fixture fixture;

  private long organization;
  private long company;
  private long webhook;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void clear() {
    fixture.clear();
    organization = fixture.organization();
    company = fixture.companyWith(organization, "gold");
    webhook = fixture.webhook(organization, "Company/update");
  }

  @Test
  void what_waits_for_an_inactive_webhook_ends_in_bounded_steps_but_for_what_is_under_way() {
    long other = fixture.webhook(organization, "Company/update");
    fixture.updates(company, 25);
    fixture.fanOut(plan(10, 5));
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    assertThat(fixture.statuses.endWaiting(8)).isEqualTo(8);
    assertThat(fixture.statuses.endWaiting(8)).isEqualTo(8);
    assertThat(fixture.statuses.endWaiting(8)).isEqualTo(4);
    assertThat(fixture.statuses.endWaiting(8)).isZero();
    assertThat(fixture.count("leased where webhook_id = " + webhook)).isEqualTo(5);
    assertThat(fixture.count("delivery where webhook_id = " + webhook)).isZero();
    assertThat(
            fixture.count(
                "delivery_log where state = 'failed' and reason = 'webhook inactive' and webhook_id = "
                    + webhook))
        .isEqualTo(20);
    assertThat(fixture.count("delivery where webhook_id = " + other)).isEqualTo(20);
    fixture.expireLeases();
    assertThat(fixture.statuses.endWaiting(8)).isEqualTo(5);
  }

  @Test
  void what_waits_for_a_deleted_webhook_is_removed() {
    fixture.updates(company, 3);
    fixture.fanOut();
    fixture.set(webhook, "deleted_at", "now()");
    assertThat(fixture.statuses.endWaiting(100)).isEqualTo(3);
    assertThat(fixture.count("delivery")).isZero();
    assertThat(fixture.count("delivery_log")).isZero();
  }

  @Test
  void activation_ends_what_waited_and_listens_from_then_on() {
    fixture.updates(company, 3);
    fixture.fanOut();
    fixture.setHealth(webhook, "failing_since", "now()");
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.change("Company", "update", company, null);
    assertThat(fixture.statuses.activate(organization, webhook)).isEqualTo(StatusChange.CHANGED);
    assertThat(fixture.count("delivery_log where reason = 'webhook inactive'")).isEqualTo(3);
    assertThat(fixture.fanOut()).isZero();
    fixture.change("Company", "update", company, null);
    assertThat(fixture.fanOut()).isOne();
    assertThat(
            fixture.count(
                "webhook where status = 'active' and inactive_reason is null and inactive_since is null"))
        .isOne();
    assertThat(fixture.count("webhook_health where failing_since is null")).isOne();
  }

  @Test
  void each_wish_is_answered_by_what_became_of_it() {
    long stranger = fixture.organization();
    WebhookStatusStore statuses = fixture.statuses;
    assertThat(statuses.activate(organization, webhook)).isEqualTo(StatusChange.UNCHANGED);
    assertThat(statuses.deactivate(organization, webhook, "x")).isEqualTo(StatusChange.CHANGED);
    assertThat(statuses.deactivate(organization, webhook, "y")).isEqualTo(StatusChange.UNCHANGED);
    assertThat(fixture.count("webhook where inactive_reason = 'x'")).isOne();
    assertThat(statuses.activate(organization, webhook)).isEqualTo(StatusChange.CHANGED);
    assertThat(statuses.pause(organization, webhook)).isEqualTo(StatusChange.CHANGED);
    assertThat(statuses.pause(organization, webhook)).isEqualTo(StatusChange.UNCHANGED);
    assertThat(statuses.resume(organization, webhook)).isEqualTo(StatusChange.CHANGED);
    assertThat(statuses.deactivate(stranger, webhook, "x")).isEqualTo(StatusChange.NOT_FOUND);
    assertThat(statuses.activate(stranger, webhook)).isEqualTo(StatusChange.NOT_FOUND);
    assertThat(statuses.pause(stranger, webhook)).isEqualTo(StatusChange.NOT_FOUND);
    fixture.set(webhook, "deleted_at", "now()");
    assertThat(statuses.activate(organization, webhook)).isEqualTo(StatusChange.NOT_FOUND);
  }
}
