package io.changepost.delivery;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A customer's URL taken apart by the strict rules: what is not plainly a scheme, a host, a port, a
 * path and a query is refused. Nothing is resolved here.
 *
 * @param uri what is called: scheme and host in lower case, the host in ASCII, the rest untouched
 * @param host without brackets
 * @param literal the host's address where it is written out
 */
record TargetUrl(URI uri, String host, Optional<InetAddress> literal) {

  static final String INVALID_URL = "invalid_url";
  static final String INVALID_HOST = "invalid_host";
  static final String HTTPS_REQUIRED = "https_required";
  static final String BLOCKED_PORT = "blocked_port";

  private static final int LONGEST = 2048;

  /** The hyphen, the dots of three scripts, and the middle dots that some languages write. */
  private static final String SEPARATORS = "-.\u3002\uff0e\uff61\u00b7\u30fb";

  /**
   * Sharp s, small and capital, final sigma, and the two joiners. The JDK, which has IDNA 2003,
   * makes ss, a plain sigma or nothing of them; by IDNA 2008 that is another name, and may be
   * another owner's.
   */
  private static final String READ_TWO_WAYS = "\u00df\u1e9e\u03c2\u200c\u200d";

  /** Below this, ports belong to services of the system; web servers there have one of two. */
  private static final int FIRST_FREE_PORT = 1024;

  private static final Set<Integer> WEB_PORTS = Set.of(80, 443);

  /** Ports of services that are not web servers: databases, queues, directories and their like. */
  private static final Set<Integer> REFUSED_PORTS =
      Set.of(
          1099, 1433, 1434, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389,
          3659, 4045, 4190, 5060, 5061, 5432, 5433, 5672, 5900, 5984, 5985, 5986, 6000, 6379, 6443,
          6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200, 9300, 10080, 10250,
          10255, 11211, 27017, 61616);

  /** Reads the URL or says why it is refused. */
  static TargetUrl parse(String url, boolean httpsOnly) throws RefusedException {
    if (url.length() > LONGEST) {
      throw new RefusedException(INVALID_URL, "A URL has at most " + LONGEST + " characters.");
    }
    if (url.contains("{{") || url.contains("${") || url.contains("RAW(") || url.contains("RAW{")) {
      throw new RefusedException(INVALID_URL, "A URL must not hold {{, ${ or RAW(.");
    }
    String scheme = scheme(url, httpsOnly);
    int start = scheme.length() + 3;
    int end = start;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String rest = url.substring(end);
    if (rest.indexOf('#') >= 0) {
      throw new RefusedException(INVALID_URL, "A URL must not have a fragment (#).");
    }
    if (!rest.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new RefusedException(
          INVALID_URL, "Percent-encode what is not plain ASCII in a URL's path and query.");
    }
    Authority authority = Authority.parse(url.substring(start, end));
    checkPort(authority.port());
    String port = authority.port() < 0 ? "" : ":" + authority.port();
    return new TargetUrl(
        uri(scheme + "://" + authority.written() + port + rest),
        authority.host(),
        authority.literal());
  }

  private static String scheme(String url, boolean httpsOnly) throws RefusedException {
    int colon = url.indexOf(':');
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("https") || scheme.equals("http"))) {
      throw new RefusedException(
          INVALID_URL,
          httpsOnly ? "A URL starts with https://." : "A URL starts with https:// or http://.");
    }
    if (!url.startsWith("://", colon)) {
      throw new RefusedException(INVALID_URL, "A URL starts with " + scheme + "://.");
    }
    if (httpsOnly && scheme.equals("http")) {
      throw new RefusedException(
          HTTPS_REQUIRED, "Only https:// URLs are taken (changepost.endpoints.https-only).");
    }
    return scheme;
  }

  private static void checkPort(int port) throws RefusedException {
    boolean low = port >= 0 && port < FIRST_FREE_PORT && !WEB_PORTS.contains(port);
    if (low || REFUSED_PORTS.contains(port)) {
      throw new RefusedException(
          BLOCKED_PORT,
          "Port " + port + " is not one of web servers; those are 80, 443 and most from 1024 on.");
    }
  }

  private static URI uri(String text) throws RefusedException {
    try {
      URI uri = new URI(text);
      if (uri.getHost() == null) {
        throw new RefusedException(INVALID_HOST, "This URL has no valid host.");
      }
      return uri;
    } catch (URISyntaxException malformed) {
      throw new RefusedException(
          INVALID_URL, "This is no valid URL: " + malformed.getReason() + ".");
    }
  }

  /** True where a host's last label is a number, so that some program would read an address. */
  static boolean endsInNumber(String host) {
    String trimmed = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String last = trimmed.substring(trimmed.lastIndexOf('.') + 1);
    boolean decimal = !last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9');
    return decimal || last.toLowerCase(Locale.ROOT).matches("0x[0-9a-f]*");
  }

  /** Host in ASCII, as it is written in a URL. */
  static String ascii(String host) throws RefusedException {
    if (host.chars().allMatch(c -> c < 0x80)) {
      return host.toLowerCase(Locale.ROOT);
    }
    if (host.chars().anyMatch(c -> READ_TWO_WAYS.indexOf(c) >= 0)) {
      throw new RefusedException(
          INVALID_HOST,
          "This URL's host has a letter that is read in two ways (ß, ς or a joiner); write the host"
              + " in its xn-- form.");
    }
    if (!host.codePoints().allMatch(TargetUrl::isOfNames)) {
      throw new RefusedException(INVALID_HOST, "This URL's host is no valid domain name.");
    }
    try {
      return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException notIdna) {
      throw new RefusedException(INVALID_HOST, "This URL's host is no valid domain name.");
    }
  }

  /**
   * Letters, digits, their marks, and what separates, which is about what IDNA 2008 has in names.
   * Signs that only look like a slash or a dot, and those that are read as nothing, are in none.
   */
  private static boolean isOfNames(int c) {
    int type = Character.getType(c);
    return Character.isLetterOrDigit(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        // Letters and digits in circles become plain ones below, and are judged as those.
        || (c >= 0x2460 && c <= 0x24ff)
        || SEPARATORS.indexOf(c) >= 0;
  }
}
