package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.changepost.persistence.delivery.InactivityRule.QuietWebhooks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InactivityIT {

  private static final InactivityRule KEEP =
      new InactivityRule(Duration.ofDays(3), QuietWebhooks.KEEP);
  private static final InactivityRule QUIET_TOO =
      new InactivityRule(Duration.ofDays(3), QuietWebhooks.DEACTIVATE);

  private static Fixture fixture;
  private static InactivityStore inactivity;

  private long organization;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
    inactivity = new InactivityStore(fixture.database.senderPool());
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void clear() {
    fixture.clear();
    organization = fixture.organization();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      nullValues = "-",
      value = {
        // case, last success, failing since, last failure (all: ago); goes by default, goes when
        // quiet ones go too
        "failing for 3 days until now,           -,       73 hours, 1 minute, true, true",
        "the same after an old success,          80 hours, 73 hours, 1 minute, true, true",
        "failing for nearly 3 days,              75 hours, 71 hours, 1 minute, false, true",
        "succeeded in between,                   1 hour,  -,        2 hours,  false, false",
        "one failure and then silence,           -,       80 hours, 80 hours, false, true",
        "four days of our own outage,            99 hours, 97 hours, 96 hours, false, true",
        "quiet since it was made,                -,       -,        -,        false, true",
        "quiet since a success,                  96 hours, -,        -,        false, true",
        "all is well,                            1 minute, -,        -,        false, false"
      })
  void the_rule_is(
      String name,
      String lastSuccess,
      String failingSince,
      String lastFailure,
      boolean goes,
      boolean goesWhenQuietToo) {
    long webhook = fixture.webhook(organization);
    fixture.set(webhook, "created_at", "now() - interval '100 hours'");
    fixture.set(webhook, "listens_from", "now() - interval '100 hours'");
    fixture.setHealth(webhook, "last_success_at", ago(lastSuccess));
    fixture.setHealth(webhook, "failing_since", ago(failingSince));
    fixture.setHealth(webhook, "last_failure_at", ago(lastFailure));
    assertThat(inactivity.deactivate(KEEP).deactivated()).hasSize(goes ? 1 : 0);
    if (!goes) {
      assertThat(inactivity.deactivate(QUIET_TOO).deactivated()).hasSize(goesWhenQuietToo ? 1 : 0);
    }
  }

  @ParameterizedTest(name = "failing for {0} hours, last {1} hours ago: {2} %")
  @CsvSource({"35,1,0", "37,1,50", "64,1,50", "66,1,90", "66,30,0"})
  void a_warning_is_told_once_at_half_and_at_nine_tenths(int since, int last, int percent) {
    long webhook = fixture.webhook(organization);
    fixture.setHealth(webhook, "failing_since", "now() - interval '" + since + " hours'");
    fixture.setHealth(webhook, "last_failure_at", "now() - interval '" + last + " hours'");
    List<InactivityWarning> told = inactivity.warn(KEEP);
    assertThat(told)
        .extracting(InactivityWarning::webhookId, InactivityWarning::percent)
        .isEqualTo(percent == 0 ? List.of() : List.of(tuple(webhook, percent)));
    assertThat(inactivity.warn(KEEP)).isEmpty();
    assertThat(
            fixture.count(
                "audit where action = 'webhook.warning' and subject = 'webhook " + webhook + "'"))
        .isEqualTo(told.size());
  }

  @Test
  void the_next_series_of_failures_is_warned_of_anew() {
    long webhook = fixture.webhook(organization);
    fixture.setHealth(webhook, "last_failure_at", "now()");
    fixture.setHealth(webhook, "failing_since", "now() - interval '40 hours'");
    assertThat(inactivity.warn(KEEP)).hasSize(1);
    fixture.setHealth(webhook, "failing_since", "null");
    assertThat(inactivity.warn(KEEP)).isEmpty();
    fixture.setHealth(webhook, "failing_since", "now() - interval '41 hours'");
    assertThat(inactivity.warn(KEEP)).hasSize(1);
    assertThat(fixture.count("webhook_warning where webhook_id = " + webhook)).isEqualTo(1);
  }

  @Test
  void it_tells_which_went_once_and_why() {
    long webhook = failing();
    long fine = fixture.webhook(organization);
    InactivityRun run = inactivity.deactivate(KEEP);
    assertThat(run.deactivated())
        .containsExactly(new InactivityRun.Deactivated(webhook, organization));
    assertThat(run.heldBack()).isZero();
    assertThat(
            fixture.count(
                "webhook where status = 'inactive' and inactive_since is not null"
                    + " and inactive_reason = 'no successful delivery for 3d' and id = "
                    + webhook))
        .isOne();
    assertThat(fixture.count("webhook where status = 'active' and id = " + fine)).isOne();
    assertThat(inactivity.deactivate(KEEP).deactivated()).isEmpty();
  }

  @Test
  void paused_webhooks_are_not_quiet_and_deleted_ones_are_left_alone() {
    long paused = fixture.webhook(organization);
    fixture.set(paused, "listens_from", "now() - interval '100 hours'");
    fixture.statuses.pause(organization, paused);
    fixture.set(failing(), "deleted_at", "now()");
    assertThat(inactivity.deactivate(QUIET_TOO).deactivated()).isEmpty();
  }

  @Test
  void a_webhook_activated_anew_starts_its_three_days_anew() {
    long webhook = failing();
    inactivity.deactivate(KEEP);
    assertThat(fixture.statuses.activate(organization, webhook)).isEqualTo(StatusChange.CHANGED);
    assertThat(inactivity.deactivate(KEEP).deactivated()).isEmpty();
    assertThat(inactivity.deactivate(QUIET_TOO).deactivated()).isEmpty();
  }

  @Test
  void nineteen_go_even_where_they_are_all_there_are() {
    for (int i = 0; i < 19; i++) {
      failing();
    }
    assertThat(inactivity.deactivate(KEEP).deactivated()).hasSize(19);
  }

  @Test
  void twenty_go_where_they_are_thirty_percent_and_are_held_back_where_they_are_more() {
    for (int i = 0; i < 20; i++) {
      failing();
    }
    for (int i = 0; i < 46; i++) {
      fixture.webhook(organization);
    }
    InactivityRun run = inactivity.deactivate(KEEP);
    assertThat(run.heldBack()).isEqualTo(20);
    assertThat(run.deactivated()).isEmpty();
    assertThat(fixture.count("webhook where status = 'inactive'")).isZero();
    fixture.webhook(organization);
    run = inactivity.deactivate(KEEP);
    assertThat(run.heldBack()).isZero();
    assertThat(run.deactivated()).hasSize(20);
  }

  private long failing() {
    long webhook = fixture.webhook(organization);
    fixture.setHealth(webhook, "failing_since", ago("73 hours"));
    fixture.setHealth(webhook, "last_failure_at", ago("1 minute"));
    return webhook;
  }

  private static String ago(String interval) {
    return interval == null ? "null" : "now() - interval '" + interval + "'";
  }
}
