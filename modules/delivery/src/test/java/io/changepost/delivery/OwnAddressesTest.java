package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {

  private static final InetAddress YESTERDAYS = Attempts.addresses("2a02:a210::1")[0];
  private static final InetAddress TODAYS = Attempts.addresses("2a02:a210::2")[0];

  private final AtomicLong nanos = new AtomicLong();
  private Set<InetAddress> machine = Set.of(YESTERDAYS);
  private boolean failing;
  private int listed;
  private final OwnAddresses own = new OwnAddresses(this::list, nanos::get);

  private Set<InetAddress> list() throws SocketException {
    listed++;
    if (failing) {
      throw new SocketException("for the test");
    }
    return machine;
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void an_address_that_the_machine_gets_while_we_run_becomes_its_own() {
    AddressRules rules = new AddressRules(List.of(), own::contains);
    assertThat(rules.judge(YESTERDAYS)).isEqualTo(AddressRules.Verdict.BLOCKED);
    machine = Set.of(TODAYS);
    pass(Duration.ofSeconds(30));
    assertThat(rules.judge(TODAYS)).isEqualTo(AddressRules.Verdict.BLOCKED);
    assertThat(rules.judge(YESTERDAYS)).isEqualTo(AddressRules.Verdict.ALLOWED);
  }

  @Test
  void they_are_listed_once_in_half_a_minute() {
    for (int second = 0; second < 60; second++) {
      own.contains(TODAYS);
      pass(Duration.ofSeconds(1));
    }
    assertThat(listed).isEqualTo(2);
  }

  @Test
  void where_there_is_no_list_the_last_one_counts() {
    failing = true;
    pass(Duration.ofSeconds(30));
    assertThat(own.contains(YESTERDAYS)).isTrue();
  }

  @Test
  void this_machine_has_a_loopback() {
    assertThat(OwnAddresses.ofThisMachine().contains(InetAddress.getLoopbackAddress())).isTrue();
  }
}
