package io.changepost.routing;

import io.changepost.domain.DecideOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.Registry;

/** The policy of the routes, read once they are loaded, as the domain's decision. Thread-safe. */
final class DecideByPolicy implements Supplier<DecideOutcome> {

  private static final Duration RETRY_AFTER_LIMIT = Duration.ofHours(1);

  private final Registry registry;
  private final double jitter;
  private volatile DecideOutcome decide;

  DecideByPolicy(Registry registry, double jitter) {
    this.registry = registry;
    this.jitter = jitter;
    this.decide = new DecideOutcome(List.of(), 0, RETRY_AFTER_LIMIT);
  }

  @Override
  public DecideOutcome get() {
    DecideOutcome known = decide;
    if (known.delays().isEmpty()) {
      known = new DecideOutcome(delays(), jitter, RETRY_AFTER_LIMIT);
      decide = known;
    }
    return known;
  }

  private List<Duration> delays() {
    RedeliveryPolicy policy =
        registry.lookupByNameAndType(Vocabulary.POLICY, RedeliveryPolicy.class);
    if (policy == null) {
      throw new IllegalStateException("no route file declares the bean " + Vocabulary.POLICY);
    }
    List<Duration> delays = new ArrayList<>();
    for (int n = 1; n <= policy.getMaximumRedeliveries(); n++) {
      delays.add(Duration.ofMillis(policy.calculateRedeliveryDelay(0, n)));
    }
    return delays;
  }
}
