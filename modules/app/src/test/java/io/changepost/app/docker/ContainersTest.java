package io.changepost.app.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What can be known of docker/ without a container engine. */
class ContainersTest {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
  private static final Path DOCKER = HOME.resolve("docker");
  private static final Pattern PINNED = Pattern.compile("[a-z0-9/-]+:v?\\d+(\\.\\d+)+[\\w.-]*");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):\\?[^}]+}");

  private static Map<String, Object> map(Object value) {
    Map<String, Object> map = new HashMap<>();
    ((Map<?, ?>) value).forEach((name, one) -> map.put((String) name, one));
    return map;
  }

  private static List<String> list(Object value) {
    return value == null ? List.of() : ((List<?>) value).stream().map(String::valueOf).toList();
  }

  private static Map<String, Object> compose() throws IOException {
    String text = Files.readString(DOCKER.resolve("compose.yaml"));
    return map(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  private static Map<String, Object> services() throws IOException {
    return map(compose().get("services"));
  }

  private static List<String> dockerfile() throws IOException {
    String text = Files.readString(DOCKER.resolve("Dockerfile")).replaceAll("\\\\\n", " ");
    return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  @Test
  void every_service_is_pinned_and_published_on_loopback_alone() throws IOException {
    assertThat(services().keySet())
        .containsExactlyInAnyOrder("postgres", "changepost", "prometheus", "grafana", "hawtio");
    for (Object one : services().values()) {
      Map<String, Object> service = map(one);
      assertThat((String) service.get("image")).matches(PINNED);
      assertThat(list(service.get("ports"))).allMatch(port -> port.startsWith("127.0.0.1:"));
      assertThat(list(service.get("volumes"))).noneMatch(volume -> volume.contains("docker.sock"));
    }
  }

  @Test
  void every_file_that_is_mounted_and_every_service_that_is_awaited_is_there() throws IOException {
    Map<String, Object> compose = compose();
    for (Object one : services().values()) {
      Map<String, Object> service = map(one);
      for (String volume : list(service.get("volumes"))) {
        String from = volume.split(":")[0];
        if (from.startsWith(".")) {
          assertThat(DOCKER.resolve(from)).isRegularFile();
          assertThat(volume).endsWith(":ro");
        } else {
          assertThat(map(compose.get("volumes"))).containsKey(from);
        }
      }
      if (service.get("depends_on") != null) {
        assertThat(services().keySet()).containsAll(map(service.get("depends_on")).keySet());
      }
      if (service.get("build") != null) {
        Map<String, Object> build = map(service.get("build"));
        Path context = DOCKER.resolve((String) build.get("context")).normalize();
        assertThat(context).isEqualTo(HOME);
        assertThat(context.resolve((String) build.get("dockerfile"))).isRegularFile();
      }
    }
  }

  @Test
  void ours_run_on_a_read_only_file_system_without_privileges() throws IOException {
    for (String name : List.of("changepost", "hawtio")) {
      Map<String, Object> service = map(services().get(name));
      assertThat(service).containsEntry("read_only", true);
      assertThat(list(service.get("cap_drop"))).containsExactly("ALL");
      assertThat(list(service.get("tmpfs"))).containsExactly("/tmp");
      assertThat(list(service.get("security_opt"))).contains("no-new-privileges:true");
    }
  }

  @Test
  void its_environment_is_settings_that_a_node_takes() throws IOException {
    Map<String, String> environment = new HashMap<>();
    map(map(services().get("changepost")).get("environment"))
        .forEach((name, value) -> environment.put(name, filled(name, (String) value)));
    RawSettings raw = RawSettings.read(HOME.resolve("no-such-file"), environment, new Properties());

    ServerSettings settings = ServerSettings.of(raw, HOME);

    assertThat(raw.warnings()).isEmpty();
    assertThat(settings.listen().jolokiaPassword()).isNotNull();
    assertThat(settings.database()).isNotNull();
    assertThat(settings.listen().management().port()).isEqualTo(8081);
    assertThat(Files.readString(DOCKER.resolve("prometheus/prometheus.yaml")))
        .contains("\"changepost:8081\"");
    assertThat(list(map(services().get("hawtio")).get("command")))
        .contains("http://changepost:8081/observe/jolokia");
  }

  private static String filled(String name, String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            name.equals("CHANGEPOST_ENCRYPTION_KEY")
                ? "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
                : "only-for-tests");
  }

  @Test
  void every_variable_has_to_be_set_and_is_in_the_example() throws IOException {
    String text = Files.readString(DOCKER.resolve("compose.yaml"));
    String example = Files.readString(DOCKER.resolve(".env.example"));
    Matcher matcher = VARIABLE.matcher(text);
    int found = 0;
    while (matcher.find()) {
      found++;
      assertThat(example).contains("\n" + matcher.group(1) + "=");
    }
    assertThat(found).isGreaterThan(4);
    assertThat(text.replaceAll(VARIABLE.pattern(), "")).doesNotContain("${");
  }

  @Test
  void the_image_is_built_from_files_that_are_there_and_runs_as_an_ordinary_user()
      throws IOException {
    String ignored = Files.readString(DOCKER.resolve("Dockerfile.dockerignore"));
    String user = "root";
    for (String line : dockerfile()) {
      String[] words = line.split("\\s+");
      switch (words[0]) {
        case "FROM" -> assertThat(words[1]).matches(PINNED);
        case "USER" -> user = words[1];
        case "COPY" -> {
          for (int i = 1; i < words.length - 1 && !words[1].startsWith("--from"); i++) {
            assertThat(HOME.resolve(words[i])).exists();
            assertThat(ignored).contains("!" + words[i].replaceAll("/$", ""));
          }
        }
        default -> assertThat(words[0]).isUpperCase();
      }
    }
    assertThat(user).isEqualTo("changepost");
    assertThat(dockerfile()).anyMatch(line -> line.startsWith("HEALTHCHECK"));
  }

  @Test
  void the_scripts_are_ones_that_bash_takes() throws Exception {
    for (String script : List.of("entrypoint.sh", "health.sh")) {
      assertThat(run(Map.of(), "bash", "-n", DOCKER.resolve(script).toString())).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"200 OK, 0", "503 Service Unavailable, 1"})
  void the_check_of_health_asks_the_server(String answer, int status) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(server, answer));
      answering.start();
      assertThat(health(server.getLocalPort())).isEqualTo(status);
      answering.join();
    }
  }

  @Test
  void where_nothing_listens_it_is_not_healthy() throws Exception {
    assertThat(health(9)).isEqualTo(1);
  }

  private static void answer(ServerSocket server, String status) {
    try (Socket socket = server.accept()) {
      String request = "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n";
      byte[] asked = socket.getInputStream().readNBytes(request.length());
      assertThat(new String(asked, StandardCharsets.UTF_8)).isEqualTo(request);
      socket
          .getOutputStream()
          .write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int health(int port) throws Exception {
    return run(
        Map.of("CHANGEPOST_HTTP_PORT", Integer.toString(port)),
        "bash",
        DOCKER.resolve("health.sh").toString());
  }

  private static int run(Map<String, String> environment, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }
}
