package io.changepost.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The receiver's process, seen from here. */
final class Endpoint implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String base;

  private Endpoint(Process process, String base) {
    this.process = process;
    this.base = base;
  }

  static Endpoint start() throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Java.command(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Receiver.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return new Endpoint(process, "http://127.0.0.1:" + out.readLine());
  }

  String url(String path) {
    return base + path;
  }

  long count() {
    return Long.parseLong(get("/count"));
  }

  /** Microseconds since 1970 by mark; 0 where it did not come. */
  long[] arrivals() {
    String text = get("/arrivals");
    return text.isEmpty()
        ? new long[0]
        : Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
  }

  void reset() {
    get("/reset");
  }

  /** The first message that came since the last reset. */
  Message first() {
    return Message.of(bytes("/first"));
  }

  long cpuMicros() {
    return Processor.alone(process.pid());
  }

  private String get(String path) {
    return new String(bytes(path), StandardCharsets.US_ASCII);
  }

  private byte[] bytes(String path) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(URI.create(base + path))
                  .version(HttpClient.Version.HTTP_1_1)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray())
          .body();
    } catch (IOException e) {
      throw new IllegalStateException("the receiver does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
