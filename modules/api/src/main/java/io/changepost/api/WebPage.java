package io.changepost.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The organization's page: files of ours alone, at {@code /} and {@code /web/…}, read once. It runs
 * no script but these, may be framed by nobody, and sets no cookie; all it shows it asks the HTTP
 * API for. Thread-safe.
 */
public final class WebPage {

  private static final List<String> FILES =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "api.js",
          "app.js",
          "audit.js",
          "delivery.js",
          "dom.js",
          "dutch.js",
          "explain.js",
          "inactive.js",
          "log.js",
          "parts.js",
          "plot.js",
          "relations.js",
          "secret.js",
          "text.js",
          "webhook-form.js",
          "webhook.js",
          "webhooks.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Frame-Options",
          "DENY",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          // Asked every time, answered with 304 as long as it is the same.
          "Cache-Control",
          "no-cache");

  private final Map<String, Content> files = new LinkedHashMap<>();

  private record Content(Buffer bytes, String type, String tag) {}

  /** Reads the files. */
  public WebPage() {
    for (String file : FILES) {
      files.put("/web/" + file, read(file));
    }
    files.put("/", Objects.requireNonNull(files.get("/web/index.html")));
  }

  /** Serves from that router from now on. */
  public void mount(Router router) {
    files.forEach((path, content) -> router.route(path).handler(call -> answer(call, content)));
  }

  private static void answer(RoutingContext call, Content content) {
    if (!ReadOnly.allows(call)) {
      return;
    }
    HEADERS.forEach(call.response()::putHeader);
    call.response().putHeader("ETag", content.tag());
    if (content.tag().equals(call.request().getHeader("If-None-Match"))) {
      call.response().setStatusCode(304).end();
    } else {
      call.response().putHeader("Content-Type", content.type()).end(content.bytes());
    }
  }

  private static Content read(String file) {
    try (InputStream in = WebPage.class.getResourceAsStream("/web/" + file)) {
      byte[] bytes = Objects.requireNonNull(in, "web/" + file + " is missing").readAllBytes();
      String hash =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
      String type = Objects.requireNonNull(TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
      return new Content(Buffer.buffer(bytes), type, '"' + hash + '"');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
