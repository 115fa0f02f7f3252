package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.UnitOfWorkHelper;
import org.jspecify.annotations.Nullable;

/**
 * One that waits for a thread: a leased delivery, or what else a route sent. It came alone in an
 * exchange, or as a part of a list; such a part gets an exchange of its own when a thread takes it
 * and not before, because an exchange costs more than all the rest of the way there.
 *
 * @param cameIn the exchange; of a list, the one that its parts share and nobody changes any more
 * @param part null where it came alone
 */
record Waiting(Exchange cameIn, @Nullable Object part) {

  /** What came in this exchange, in its order. Of a list, the exchange is used up by this. */
  static List<Waiting> in(Exchange exchange) {
    if (!(exchange.getMessage().getBody() instanceof Collection<?> list)) {
      return List.of(new Waiting(exchange, null));
    }
    List<Waiting> parts =
        list.stream()
            .filter(Objects::nonNull)
            .<Waiting>map(part -> new Waiting(exchange, part))
            .toList();
    // No route ends with the list's own exchange, so nobody else tells those who wait for its end.
    UnitOfWorkHelper.doneSynchronizations(
        exchange, exchange.getExchangeExtension().handoverCompletions());
    // Else the last one that waits would keep in memory what all the others were about.
    exchange.getMessage().setBody(null);
    return parts;
  }

  /** The leased delivery; null where a route sent something else. */
  @Nullable ClaimedDelivery delivery() {
    Object body = part == null ? cameIn.getMessage().getBody() : part;
    if (body instanceof Message message) {
      body = message.getBody();
    }
    return body instanceof Leased leased ? leased.delivery() : null;
  }

  /**
   * The exchange for its way through the route, the same as a splitter would make: with headers,
   * properties and variables of the list's. Asked for once.
   */
  Exchange exchange() {
    if (part == null) {
      return cameIn;
    }
    Exchange own = cameIn.copy();
    own.getExchangeExtension().setUnitOfWork(null);
    if (part instanceof Message message) {
      own.setMessage(message.copy());
    } else {
      own.getMessage().setMessageId(null);
      own.getMessage().setBody(part);
    }
    return own;
  }
}
