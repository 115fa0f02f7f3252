package io.changepost.delivery;

import io.changepost.domain.Answer;
import io.changepost.domain.RetryAfter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/**
 * Puts what came of an attempt into fixed words. An error never carries an address, a banner, a
 * class name or a message of anyone else's: what an endpoint's owner reads must not make us a
 * scanner of our own network. Pure.
 */
public final class ClassifyAnswer {

  /** No status line within the deadline. */
  public static final String TIMEOUT = "timeout";

  /** No connection: refused, unreachable, or not accepted in time. */
  public static final String CONNECT = "connect";

  /** The host's name has no address. */
  public static final String DNS = "dns";

  /** What a TLS failure starts with; a phrase of {@link TlsReason} follows. */
  public static final String TLS = "tls: ";

  /** The connection broke before the status line. */
  public static final String RESET = "reset";

  /** What came was not HTTP, or beyond its limits. */
  public static final String INVALID_RESPONSE = "invalid response";

  /** The host's address must not be called. */
  public static final String BLOCKED_ADDRESS = "blocked address";

  /** A 3xx, which is never followed. */
  public static final String REDIRECT = "redirect";

  /** The attempt failed on our side. */
  public static final String INTERNAL = "internal";

  /** What was not begun is always our own failure. */
  private record Word(String text, boolean ours, boolean notBegun) {

    Word(String text, boolean ours) {
      this(text, ours, false);
    }
  }

  private ClassifyAnswer() {}

  /**
   * The answer to an exchange that came to a status line.
   *
   * @param retryAfter the header's value
   * @param body the bytes kept of the body
   * @param start when the attempt began, by the database's clock
   */
  public static Answer of(
      int status,
      @Nullable String retryAfter,
      byte @Nullable [] body,
      Instant start,
      Duration duration) {
    if (status < 100 || status > 999) {
      return new Answer(start, duration, null, INVALID_RESPONSE, false, null, text(body));
    }
    return new Answer(
        start,
        duration,
        status,
        error(status),
        false,
        RetryAfter.parse(retryAfter, start.plus(duration)).orElse(null),
        text(body));
  }

  /** The answer to an exchange that came to none. */
  public static Answer of(Throwable failure, Instant start, Duration duration) {
    Word word = word(failure);
    return new Answer(start, duration, null, word.text(), word.ours(), word.notBegun(), null, null);
  }

  /** What this node lacked where nothing was sent, for its operator; null for all else. */
  public static @Nullable String lack(Throwable failure) {
    return Causes.of(failure)
        .filter(NotBegunException.class::isInstance)
        .map(Throwable::getMessage)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String error(int status) {
    if (status >= 200 && status <= 299) {
      return null;
    }
    return status >= 300 && status <= 399 ? REDIRECT : "status " + status;
  }

  private static Word word(Throwable failure) {
    return Causes.of(failure)
        .flatMap(cause -> Stream.ofNullable(wordOf(cause)))
        .findFirst()
        .orElseGet(
            () ->
                failure.getClass() == IOException.class
                    ? new Word(RESET, false)
                    : new Word(INTERNAL, true));
  }

  private static @Nullable Word wordOf(Throwable t) {
    if (t instanceof NotBegunException) {
      boolean resolver = t.getCause() != null && Lack.of(t.getCause()) == Lack.RESOLVER;
      return new Word(resolver ? DNS : INTERNAL, true, true);
    }
    if (t instanceof BlockedAddressException || t instanceof RefusedUrlException) {
      return new Word(BLOCKED_ADDRESS, true);
    }
    if (t instanceof UnknownHostException) {
      return new Word(DNS, t instanceof ResolverUnavailableException);
    }
    if (t instanceof DeadlineException) {
      return new Word(TIMEOUT, false);
    }
    if (t instanceof SSLException) {
      return wordOfTls(t);
    }
    if (t instanceof ConnectTimeoutException
        || t instanceof ConnectException
        || t instanceof NoRouteToHostException) {
      return new Word(CONNECT, false);
    }
    if (t instanceof ConnectionRequestTimeoutException) {
      return new Word(INTERNAL, true);
    }
    if (t instanceof SocketTimeoutException) {
      return new Word(TIMEOUT, false);
    }
    return t instanceof InterruptedIOException ? new Word(INTERNAL, true) : wordOfAnswer(t);
  }

  /** TLS stands before what failed beneath it. */
  private static Word wordOfTls(Throwable tls) {
    // Nobody but this node closes its own channel.
    boolean isOurs =
        Lack.of(tls) != null || Causes.of(tls).anyMatch(ClosedChannelException.class::isInstance);
    if (isOurs) {
      return new Word(INTERNAL, true);
    }
    boolean isAfterHandshake = !(tls instanceof TlsException);
    return isAfterHandshake && Causes.of(tls).anyMatch(Causes::isOfSocket)
        ? new Word(RESET, false)
        : new Word(TLS + TlsReason.of(tls), false);
  }

  private static @Nullable Word wordOfAnswer(Throwable t) {
    if (Causes.isOfSocket(t) && Lack.ofText(String.valueOf(t.getMessage())) != null) {
      return new Word(INTERNAL, true);
    }
    if (t instanceof NoHttpResponseException
        || t instanceof ConnectionClosedException
        || t instanceof SocketException
        || t instanceof EOFException) {
      return new Word(RESET, false);
    }
    if (t instanceof HttpException
        || t instanceof ClientProtocolException
        || t instanceof MessageConstraintException
        || t instanceof MalformedChunkCodingException) {
      return new Word(INVALID_RESPONSE, false);
    }
    return null;
  }

  /**
   * What is kept as text that any database takes: at most 2 KiB of UTF-8, no NUL, no half letters.
   */
  static @Nullable String text(byte @Nullable [] body) {
    if (body == null || body.length == 0) {
      return null;
    }
    byte[] head =
        body.length > AttemptGuard.KEPT_BYTES ? Arrays.copyOf(body, AttemptGuard.KEPT_BYTES) : body;
    String text = new String(head, StandardCharsets.UTF_8).replace("\u0000", "");
    int end = text.length();
    // Each byte that is no UTF-8 becomes a replacement of three bytes.
    while (end > 0 && utf8Length(text, end) > AttemptGuard.KEPT_BYTES) {
      end = Math.max(0, end - Math.max(1, (utf8Length(text, end) - AttemptGuard.KEPT_BYTES) / 3));
    }
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return end == 0 ? null : text.substring(0, end);
  }

  private static int utf8Length(String text, int end) {
    int length = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }
}
