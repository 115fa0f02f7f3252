package io.changepost.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger();

  @Test
  void what_was_refused_first_arrives_by_its_second_attempt() {
    ledger.expect(7, 0);
    ledger.expectNothing();
    ledger.judge(arrival(7, 1, 8, true));
    assertThat(ledger.summary().missing()).isEqualTo(1);

    ledger.judge(arrival(7, 2, 1008, true));
    ledger.accepted(7);

    assertThat(ledger.summary().good()).isTrue();
    assertThat(ledger.summary().line())
        .isEqualTo(
            "2 changes, 1 messages expected, 1 arrived, 0 missing, 1 resent,"
                + " 0 wrong signatures, p50 8 ms");
  }

  @Test
  void a_message_for_a_change_nobody_may_hear_of_spoils_it() {
    ledger.expectNothing();

    assertThat(ledger.judge(arrival(9, 1, 1, true)).verdict()).isEqualTo(Ledger.Verdict.UNEXPECTED);
    assertThat(ledger.summary().good()).isFalse();
    assertThat(ledger.summary().line()).contains("1 unexpected");
  }

  @Test
  void a_wrong_signature_spoils_it_and_does_not_count_as_arrived() {
    ledger.expect(7, 0);

    assertThat(ledger.judge(arrival(7, 1, 1, false)).verdict())
        .isEqualTo(Ledger.Verdict.WRONG_SIGNATURE);
    assertThat(ledger.summary().good()).isFalse();
    assertThat(ledger.summary().line()).contains("1 missing", "1 wrong signatures");
  }

  @Test
  void a_message_that_comes_twice_counts_once() {
    ledger.expect(7, 0);
    ledger.judge(arrival(7, 1, 1, true));
    ledger.accepted(7);

    assertThat(ledger.judge(arrival(7, 1, 2, true)).verdict()).isEqualTo(Ledger.Verdict.AGAIN);
    ledger.accepted(7);
    assertThat(ledger.summary().messages().arrived()).isEqualTo(1);
  }

  private static Arrival arrival(long changeId, int attempt, long millis, boolean verified) {
    return new Arrival(
        changeId, "Company update", attempt, TimeUnit.MILLISECONDS.toNanos(millis), verified);
  }
}
