package io.changepost.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A request as it arrived, so that the bare client can post the very same. */
record Message(Map<String, String> headers, byte[] body) {

  /** What a client writes by itself. */
  private static final Set<String> CLIENTS_OWN =
      Set.of("host", "connection", "content-length", "transfer-encoding");

  static Message of(byte[] request) {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    Map<String, String> headers = new LinkedHashMap<>();
    String[] lines = text.substring(0, end).split("\r\n");
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon);
      if (!CLIENTS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
        headers.put(name, line.substring(colon + 1).trim());
      }
    }
    return new Message(headers, Arrays.copyOfRange(request, end + 4, request.length));
  }
}
