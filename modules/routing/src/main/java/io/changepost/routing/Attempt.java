package io.changepost.routing;

import io.changepost.delivery.ClassifyAnswer;
import io.changepost.delivery.PrepareRequest;
import io.changepost.delivery.PreparedRequest;
import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code attempt}: makes the request of one attempt and reads what came of it. Its state
 * travels in properties of the exchange, never in headers, which go to and come from strangers.
 */
public final class Attempt {

  static final String LEASED = "changepost.leased";
  static final String PREPARED = "changepost.prepared";
  static final String ANSWER = "changepost.answer";
  private static final String STARTED = "changepost.started";

  private static final long LONGEST_WAIT_NANOS = 2_000_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  private final PrepareRequest prepare;
  private final OpenedSecrets secrets;
  private final Consumer<ClaimedDelivery> handBack;
  private final Duration leastLease;
  private final CrashPoint crashPoint;
  private final Hindered hindered = new Hindered(System::nanoTime);

  /**
   * @param handBack takes a delivery whose attempt begins too late, and gives its slot back
   * @param leastLease what must be left of a lease for an attempt to begin
   * @param crashPoint is passed just before connecting
   */
  Attempt(
      PrepareRequest prepare,
      OpenedSecrets secrets,
      Consumer<ClaimedDelivery> handBack,
      Duration leastLease,
      CrashPoint crashPoint) {
    this.prepare = prepare;
    this.secrets = secrets;
    this.handBack = handBack;
    this.leastLease = leastLease;
    this.crashPoint = crashPoint;
  }

  /**
   * Notes what an exchange is about as soon as a thread has taken it, so that it comes to an
   * outcome and its slot is given back also where a step before {@link #prepare} throws or takes
   * the body away.
   */
  static void taken(Exchange exchange) {
    if (exchange.getMessage().getBody() instanceof Leased leased) {
      exchange.setProperty(LEASED, leased);
      exchange.setProperty(STARTED, System.nanoTime());
    }
  }

  /**
   * Signs the message and sets body and headers. Where too little of the lease is left, another
   * node might start while this one still waits for an answer; and where it waited here for more
   * than two seconds, the webhook may have been paused or changed since. Then the claim is handed
   * back and the route ends here.
   */
  public void prepare(Exchange exchange) {
    if (!(exchange.getMessage().getBody() instanceof Leased leased)) {
      throw new IllegalStateException(
          "attempt.prepare needs the delivery as the body; a step before it put something else there");
    }
    long now = System.nanoTime();
    exchange.setProperty(LEASED, leased);
    exchange.setProperty(STARTED, now);
    if (leased.left(now).compareTo(leastLease) < 0 || now - leased.readAt() > LONGEST_WAIT_NANOS) {
      handBack.accept(leased.delivery());
      exchange.setRouteStop(true);
      return;
    }
    PreparedRequest request =
        prepare.prepare(
            leased.delivery(),
            secrets.signing(leased.delivery()),
            secrets.headers(leased.delivery()),
            leased.databaseTime(now));
    exchange.setProperty(PREPARED, request);
    exchange.setProperty("webhookId", leased.delivery().id().webhookId());
    exchange.setProperty("organizationId", leased.delivery().organizationId());
    exchange.setProperty("object", leased.delivery().change().object());
    exchange.setProperty("objectId", leased.delivery().change().objectId());
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    request.headers().forEach(message::setHeader);
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setBody(request.body());
    crashPoint.at("attempt.before-connect");
  }

  /** Reads status, wait and the kept part of the body. */
  public void answered(Exchange exchange) {
    Message message = exchange.getMessage();
    Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    String retryAfter = message.getHeader("Retry-After", String.class);
    byte[] body = kept(message);
    Answer answer =
        ClassifyAnswer.of(
            status == null ? 0 : status, retryAfter, body, startedAt(exchange), took(exchange));
    finish(exchange, answer);
  }

  /** Read as what it is: Camel's search for a converter costs as much as signing the message. */
  private static byte @Nullable [] kept(Message message) {
    Object body = message.getBody();
    if (body == null || body instanceof byte[]) {
      return (byte[]) body;
    }
    if (body instanceof InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    LOG.debug("an answer came as {}", body.getClass().getName());
    return message.getBody(byte[].class);
  }

  /** Puts what was thrown into one of the fixed words. */
  public void failed(Exchange exchange) {
    Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    Answer answer =
        ClassifyAnswer.of(
            thrown == null ? new IllegalStateException("no answer") : thrown,
            startedAt(exchange),
            took(exchange));
    if (answer.notBegun()) {
      tellHindered(thrown);
    } else if (ClassifyAnswer.INTERNAL.equals(answer.error())) {
      LOG.error("an attempt failed on our side, message {}", id(exchange), thrown);
    }
    finish(exchange, answer);
  }

  private void tellHindered(Throwable thrown) {
    long some = hindered.one();
    if (some > 0) {
      LOG.warn(
          "attempts could not be begun, {} since this was said last: {}; messages younger than an"
              + " hour wait and keep their attempts",
          some,
          ClassifyAnswer.lack(thrown));
    }
  }

  private static void finish(Exchange exchange, Answer answer) {
    exchange.setProperty(ANSWER, answer);
    // What a route posts from here on is its own.
    exchange.removeProperty(PREPARED);
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(null);
  }

  private static Instant startedAt(Exchange exchange) {
    long started = exchange.getProperty(STARTED, Long.class);
    return exchange.getProperty(LEASED, Leased.class).databaseTime(started);
  }

  private static Duration took(Exchange exchange) {
    return Duration.ofNanos(System.nanoTime() - exchange.getProperty(STARTED, Long.class));
  }

  private static String id(Exchange exchange) {
    return exchange.getProperty(LEASED, Leased.class).delivery().id().text();
  }
}
