package io.changepost.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * What an endpoint does with a connection once it has read a request. When it returns with the
 * connection still open, the next request on it is read.
 */
@FunctionalInterface
public interface Reply {

  /** Plays the reply. An {@link IOException} ends the connection and is nobody's failure. */
  void play(Wire wire) throws IOException;

  /** A proper answer without a body. */
  static Reply status(int status) {
    return of(status, "");
  }

  /** A proper answer; each header is a whole line such as {@code Retry-After: 5}. */
  static Reply of(int status, String body, String... headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return wire -> {
      wire.send(head(status, "Content-Length: " + bytes.length, headers));
      wire.send(bytes);
    };
  }

  /** A redirect to {@code location}. */
  static Reply redirect(int status, String location) {
    return of(status, "", "Location: " + location);
  }

  /** An answer with {@code Retry-After}. */
  static Reply retryAfter(int status, String value) {
    return of(status, "", "Retry-After: " + value);
  }

  /** Those characters as bytes, whatever they are; the connection stays open. */
  static Reply raw(String bytes) {
    return wire -> wire.send(bytes);
  }

  /** Those characters as bytes, then the end of the connection. */
  static Reply rawThenClose(String bytes) {
    return wire -> wire.send(bytes).close();
  }

  /** An answer after that time. */
  static Reply after(Duration time, Reply reply) {
    return wire -> reply.play(wire.pause(time));
  }

  /** No answer, ever. */
  static Reply never() {
    return Wire::hold;
  }

  /** Headers without an end, one byte at a time. */
  static Reply drippedHeaders(int status, Duration gap) {
    return wire -> {
      wire.send("HTTP/1.1 " + status + " Slow\r\nX-Slow: ");
      while (true) {
        wire.pause(gap).send("a");
      }
    };
  }

  /** A head, then a body without an end, one byte at a time. */
  static Reply drippedBody(int status, Duration gap) {
    return wire -> {
      wire.send(head(status, "Content-Length: 1000000"));
      while (true) {
        wire.pause(gap).send("a");
      }
    };
  }

  /** A head that promises {@code contentLength} bytes, then bytes as fast as they are taken. */
  static Reply flood(int status, long contentLength) {
    return wire -> {
      wire.send(head(status, "Content-Length: " + contentLength));
      byte[] block = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
      while (true) {
        wire.send(block);
      }
    };
  }

  /** Chunks without an end. */
  static Reply endlessChunks(int status) {
    return wire -> {
      wire.send(head(status, "Transfer-Encoding: chunked"));
      String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
      while (true) {
        wire.send(chunk);
      }
    };
  }

  /** Header lines without an end. */
  static Reply endlessHeaders(int status) {
    return wire -> {
      wire.send("HTTP/1.1 " + status + " Many\r\n");
      String lines = "X-More: and more\r\n".repeat(1000);
      while (true) {
        wire.send(lines);
      }
    };
  }

  /** One header line without an end. */
  static Reply endlessHeaderLine(int status) {
    return wire -> {
      wire.send("HTTP/1.1 " + status + " Long\r\nX-Long: ");
      String more = "x".repeat(16 * 1024);
      while (true) {
        wire.send(more);
      }
    };
  }

  /** Interim answers such as 100 or 103 without an end. */
  static Reply endlessInterim(int status) {
    return wire -> {
      String many = ("HTTP/1.1 " + status + " Soon\r\n\r\n").repeat(200);
      while (true) {
        wire.send(many);
      }
    };
  }

  /** A small gzip body that unpacks to {@code megabytes} MiB. */
  static Reply gzipBomb(int status, int megabytes) {
    byte[] packed = zeros(megabytes);
    return wire -> {
      wire.send(
          head(
              status,
              "Content-Length: " + packed.length,
              "Content-Encoding: gzip",
              "Content-Type: text/plain"));
      wire.send(packed);
    };
  }

  /** The end of the connection instead of an answer. */
  static Reply close() {
    return Wire::close;
  }

  /** A reset instead of an answer. */
  static Reply reset() {
    return Wire::reset;
  }

  /** A head that promises 100 bytes, {@code bodyBytes} of them, then the end. */
  static Reply closeInBody(int status, int bodyBytes) {
    return wire ->
        wire.send(head(status, "Content-Length: 100")).send("x".repeat(bodyBytes)).close();
  }

  /** A head that promises 100 bytes, {@code bodyBytes} of them, then a reset. */
  static Reply resetInBody(int status, int bodyBytes) {
    return wire -> {
      wire.send(head(status, "Content-Length: 100")).send("x".repeat(bodyBytes));
      wire.pause(Duration.ofMillis(50)).reset();
    };
  }

  /** A proper answer that keeps the connection alive by its words, then the end of it. */
  static Reply thenClose(Reply reply, Duration time) {
    return wire -> {
      reply.play(wire);
      wire.pause(time).close();
    };
  }

  private static String head(int status, String first, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", List.of(headers)) + "\r\n";
    return "HTTP/1.1 " + status + " Scripted\r\n" + first + "\r\n" + more + "\r\n";
  }

  private static byte[] zeros(int megabytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] megabyte = new byte[1024 * 1024];
      for (int i = 0; i < megabytes; i++) {
        gzip.write(megabyte);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
