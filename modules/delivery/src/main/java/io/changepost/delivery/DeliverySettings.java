package io.changepost.delivery;

import java.time.Duration;
import java.util.List;

/**
 * How attempts are made on this node.
 *
 * @param timeout the one deadline of a whole attempt, from the name's resolution to the status line
 * @param connectTimeout the most that one TCP connect or one TLS handshake may take
 * @param httpsOnly true where {@code http:} URLs are refused
 * @param allowedNetworks private networks that may be called all the same; empty: public ones only
 * @param inFlight attempts at once on this node; sizes the connection pool
 * @param userAgent what we call ourselves, such as {@code Changepost/0.1.0}
 */
public record DeliverySettings(
    Duration timeout,
    Duration connectTimeout,
    boolean httpsOnly,
    List<Network> allowedNetworks,
    int inFlight,
    String userAgent) {

  /** Copies the list and refuses what cannot work. */
  public DeliverySettings {
    allowedNetworks = List.copyOf(allowedNetworks);
    if (timeout.toMillis() <= 0 || connectTimeout.toMillis() <= 0) {
      throw new IllegalArgumentException("the timeouts of a delivery must be longer than 0");
    }
    if (inFlight < 1) {
      throw new IllegalArgumentException("at least 1 delivery must be in flight, not " + inFlight);
    }
  }
}
