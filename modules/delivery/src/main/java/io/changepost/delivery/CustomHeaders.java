package io.changepost.delivery;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for headers of a customer's own, such as {@code Authorization}. Those that frame the
 * message, that we set ourselves or that would not arrive are refused. Pure.
 */
public final class CustomHeaders {

  /** The code of every refusal here. */
  public static final String INVALID_HEADER = "invalid_header";

  private static final int MOST = 20;
  private static final int MOST_BYTES = 8 * 1024;
  private static final int LONGEST_NAME = 256;
  private static final String TOKEN = "!#$%&'*+-.^_`|~";
  private static final Set<String> OURS =
      Set.of(
          "accept-encoding",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "date",
          "expect",
          "forwarded",
          "host",
          "http2-settings",
          "keep-alive",
          "max-forwards",
          "pragma",
          "te",
          "traceparent",
          "tracestate",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "via",
          "warning",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-real-ip");

  private CustomHeaders() {}

  /** Why the headers are refused; empty where they may be used. */
  public static Optional<Refusal> check(Map<String, String> headers) {
    if (headers.size() > MOST) {
      return refused("A webhook has at most " + MOST + " headers of its own.");
    }
    int bytes = 0;
    Set<String> seen = new HashSet<>();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey();
      if (!isToken(name)) {
        return refused("A header's name is made of letters, digits and " + TOKEN + ".");
      }
      if (!isFree(name)) {
        return refused("The header " + name + " cannot be set.");
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        return refused("The header " + name + " is given twice.");
      }
      if (!isPlain(header.getValue())) {
        return refused("The value of " + name + " must be printable ASCII without line breaks.");
      }
      bytes += name.length() + header.getValue().length() + 4;
    }
    return bytes > MOST_BYTES
        ? refused("A webhook's own headers have at most " + MOST_BYTES + " bytes.")
        : Optional.empty();
  }

  /** True where a customer may set that header, whatever the case of its letters. */
  static boolean isFree(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !OURS.contains(lower)
        && !lower.startsWith("webhook-")
        && !lower.startsWith("proxy-")
        // What a proxy in front of the endpoint says of us is not a customer's to say.
        && !lower.startsWith("x-forwarded-")
        // What Camel's components obey is not a customer's to say either.
        && !lower.startsWith("kafka.")
        && !lower.startsWith("camel")
        && !lower.startsWith("org.apache.camel");
  }

  private static boolean isToken(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST_NAME
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || TOKEN.indexOf(c) >= 0);
  }

  private static boolean isPlain(String value) {
    return value.chars().allMatch(c -> c >= 0x20 && c < 0x7f) && value.equals(value.trim());
  }

  private static Optional<Refusal> refused(String message) {
    return Optional.of(new Refusal(INVALID_HEADER, message));
  }
}
