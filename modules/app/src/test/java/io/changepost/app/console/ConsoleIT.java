package io.changepost.app.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.app.TestServer;
import io.changepost.app.settings.WrongSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console before a real node with Jolokia; a few pages stand for those of Hawtio. */
class ConsoleIT {

  private static final String READ =
      "{\"type\":\"read\",\"mbean\":\"changepost:type=Sender\",\"attribute\":\"InFlight\"}";
  private static final String OPERATOR = "operator:only-for-tests";

  private final TestServer server;
  private final Path archive;
  private final Pages pages;
  private final Console console;

  ConsoleIT(@TempDir Path folder) throws IOException {
    server =
        TestServer.start(
            folder,
            Map.of(
                "changepost.jolokia.enabled", "true",
                "changepost.jolokia.password", "only-for-tests"));
    archive = folder.resolve("pages.war");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (String name : new String[] {"index.html", "static/js/main.js", "WEB-INF/web.xml"}) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(("this is " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    pages = Pages.open(archive, Pages.sum(archive));
    console =
        Console.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            pages,
            URI.create(server.managementUrl() + "/observe/jolokia"));
  }

  @AfterEach
  void end() throws IOException {
    console.close();
    pages.close();
    server.close();
  }

  /** By hand, because a client of the JDK does not let one choose the host. */
  private String call(String method, String path, String headers, String body) {
    String host = headers.contains("Host: ") ? "" : "Host: 127.0.0.1:" + console.port() + "\r\n";
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\n"
            + host
            + headers
            + "Connection: close\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), console.port())) {
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String login(String who) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(who.getBytes(StandardCharsets.UTF_8))
        + "\r\n";
  }

  @Test
  void the_pages_open_to_the_password_of_the_servers_jolokia() {
    assertThat(call("GET", "/hawtio/", "", ""))
        .startsWith("HTTP/1.1 401")
        .containsIgnoringCase("www-authenticate: Basic");
    assertThat(call("GET", "/hawtio/", login("operator:wrong"), "")).startsWith("HTTP/1.1 401");
    assertThat(call("GET", "/hawtio/", login(OPERATOR), ""))
        .startsWith("HTTP/1.1 200")
        .contains("this is index.html", "frame-ancestors 'none'");
    assertThat(call("GET", "/hawtio/camel/routes", login(OPERATOR), "")).contains("index.html");
    assertThat(call("GET", "/hawtio/static/js/main.js", "", "")).contains("this is static/js/main");
    assertThat(call("GET", "/", "", "")).startsWith("HTTP/1.1 302").contains("/hawtio/");
  }

  @Test
  void what_is_asked_of_jolokia_goes_there_with_the_browsers_password_and_no_other() {
    assertThat(call("POST", "/hawtio/jolokia", "", READ)).startsWith("HTTP/1.1 401");
    assertThat(call("POST", "/hawtio/jolokia", login("operator:wrong"), READ))
        .startsWith("HTTP/1.1 401");
    assertThat(call("POST", "/hawtio/jolokia", login(OPERATOR), READ)).contains("\"value\":0");
    assertThat(call("GET", "/hawtio/jolokia", login(OPERATOR), "")).contains("\"agent\"");
    String exec = "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Memory\",\"operation\":\"gc\"}";
    assertThat(call("POST", "/hawtio/jolokia", login(OPERATOR), exec)).contains("\"status\":403");
  }

  @Test
  void other_sites_and_other_names_get_nothing() {
    String own = "Origin: http://127.0.0.1:" + console.port() + "\r\n";
    assertThat(call("POST", "/hawtio/jolokia", own + login(OPERATOR), READ)).contains("\"value\"");
    String other = "Origin: https://evil.example\r\n";
    assertThat(call("POST", "/hawtio/jolokia", other + login(OPERATOR), READ))
        .startsWith("HTTP/1.1 403");
    String rebound = "Host: evil.example\r\n";
    assertThat(call("GET", "/hawtio/", rebound + login(OPERATOR), "")).startsWith("HTTP/1.1 403");
  }

  @Test
  void the_archives_inside_and_other_methods_are_not_there() {
    assertThat(call("GET", "/hawtio/WEB-INF/web.xml", login(OPERATOR), ""))
        .doesNotContain("this is WEB-INF");
    assertThat(call("GET", "/hawtio/static/../WEB-INF/web.xml", login(OPERATOR), ""))
        .doesNotContain("this is WEB-INF");
    assertThat(call("GET", "/hawtio/static/js/none.js", "", "")).startsWith("HTTP/1.1 404");
    assertThat(call("DELETE", "/hawtio/", login(OPERATOR), "")).startsWith("HTTP/1.1 405");
  }

  @Test
  void an_archive_that_was_not_tried_is_refused() {
    assertThatThrownBy(() -> Pages.open(archive, Pages.HAWTIO_4_2_0))
        .isInstanceOf(WrongSettingException.class)
        .hasMessageContaining("is not what was tried");
  }

  @Test
  void where_no_server_answers_that_is_said() throws IOException {
    try (Console lonely =
        Console.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            pages,
            URI.create("http://127.0.0.1:9/observe/jolokia"))) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lonely.port())) {
        socket
            .getOutputStream()
            .write(
                "GET /hawtio/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 502")
            .contains("does the server run?");
      }
    }
  }
}
