package io.changepost.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads one HTTP/1.1 request from a stream, no more than tests need. */
final class RequestReader {

  private final InputStream in;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String method = "";
  private String path = "";
  private byte[] body = new byte[0];

  RequestReader(InputStream in) {
    this.in = in;
  }

  /** False where the peer ended the connection instead of sending another request. */
  boolean read() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      return false;
    }
    String[] words = line.split(" ", 3);
    method = words[0];
    path = words.length > 1 ? words[1] : "";
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String name = header.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
      headers.merge(name, header.substring(colon + 1).trim(), (one, two) -> one + ", " + two);
    }
    body = body();
    return true;
  }

  Received received(int number, int connection, Instant at) {
    return new Received(number, connection, method, path, Map.copyOf(headers), body, at);
  }

  private byte[] body() throws IOException {
    String length = headers.get("content-length");
    if (length != null) {
      return exactly(Integer.parseInt(length));
    }
    if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return new byte[0];
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      all.write(exactly(size));
      line();
    }
    line();
    return all.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line().split(";", 2)[0].trim(), 16);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the request's body is cut off");
    }
    return bytes;
  }

  /** The next line without its end; empty at the end of the stream too. */
  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
