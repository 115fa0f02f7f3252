package io.changepost.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * The part of a URL that says whom to call.
 *
 * @param host in ASCII and lower case, without brackets
 * @param port 1 to 65535, -1 where none is given
 * @param literal the address where the host is one
 */
record Authority(String host, int port, Optional<InetAddress> literal) {

  private static final int LONGEST_HOST = 253;
  private static final int LONGEST_LABEL = 63;

  static Authority parse(String text) throws RefusedException {
    if (text.indexOf('@') >= 0) {
      throw refused(TargetUrl.INVALID_URL, "A URL must not carry a user name or a password.");
    }
    if (text.startsWith("[")) {
      return bracketed(text);
    }
    int colon = text.indexOf(':');
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    String host = TargetUrl.ascii(colon < 0 ? text : text.substring(0, colon));
    Optional<InetAddress> literal = AddressLiteral.parse(host);
    if (literal.isEmpty()) {
      checkName(host);
    }
    return new Authority(host, port, literal);
  }

  /** The host as it stands in a URL. */
  String written() {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  private static Authority bracketed(String text) throws RefusedException {
    int end = text.indexOf(']');
    String rest = end < 0 ? "" : text.substring(end + 1);
    String inside = end < 0 ? "" : text.substring(1, end);
    Optional<InetAddress> literal = AddressLiteral.parse(inside);
    if (inside.indexOf(':') < 0 || literal.isEmpty() || !(rest.isEmpty() || rest.startsWith(":"))) {
      throw refused(TargetUrl.INVALID_HOST, "This is no valid IPv6 address.");
    }
    String host =
        literal.get() instanceof Inet6Address
            ? inside.toLowerCase(Locale.ROOT)
            : literal.get().getHostAddress();
    return new Authority(host, rest.isEmpty() ? -1 : port(rest.substring(1)), literal);
  }

  private static int port(String text) throws RefusedException {
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits && !text.isEmpty() && text.length() <= 5 ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw refused(TargetUrl.INVALID_URL, "A port is a number from 1 to 65535.");
    }
    return port;
  }

  private static void checkName(String host) throws RefusedException {
    if (host.isEmpty()) {
      throw refused(TargetUrl.INVALID_HOST, "This URL has no host.");
    }
    if (TargetUrl.endsInNumber(host)) {
      throw refused(
          TargetUrl.INVALID_HOST,
          "An IPv4 address is written as four decimal numbers without leading zeros; one that is not"
              + " public must also be let in by an operator ("
              + UrlRules.SETTING
              + ").");
    }
    if (host.length() > LONGEST_HOST) {
      throw refused(TargetUrl.INVALID_HOST, "A host name has at most 253 characters.");
    }
    for (String label : host.split("\\.", -1)) {
      checkLabel(label);
    }
  }

  private static void checkLabel(String label) throws RefusedException {
    boolean letters =
        label.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
    if (label.isEmpty()
        || label.length() > LONGEST_LABEL
        || !letters
        || label.startsWith("-")
        || label.endsWith("-")) {
      throw refused(
          TargetUrl.INVALID_HOST,
          "A host name is made of letters, digits and hyphens, in parts of 1 to 63 separated by"
              + " dots, without a dot at the end.");
    }
  }

  private static RefusedException refused(String code, String message) {
    return new RefusedException(code, message);
  }
}
