package io.changepost.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The operator's commands against a server that runs. */
class CommandsIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Endpoint endpoint = Endpoint.start();
  private final TestServer server;

  CommandsIT(@TempDir Path folder) {
    server = TestServer.start(folder, Map.of());
  }

  @AfterEach
  void end() {
    server.close();
    endpoint.close();
  }

  private record Ran(int status, String out, String err) {

    /** The first number, or the first word that begins so, in what was printed. */
    String find(String pattern) {
      java.util.regex.Matcher matcher = java.util.regex.Pattern.compile(pattern).matcher(out);
      assertThat(matcher.find()).as(out + err).isTrue();
      return matcher.group(1);
    }
  }

  private Ran run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--url", server.url()));
    if (!all.contains("--key")) {
      all.addAll(List.of("--key", TestServer.KEY));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Changepost.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return new Ran(line.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  private Ran good(String... words) {
    Ran ran = run(words);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
    return ran;
  }

  private String made() {
    return good("webhooks", "create", endpoint.url("/hook"), "-o", "1", "--on", "Company=update")
        .find("id +([0-9]+)");
  }

  private void starred() {
    String key = server.organization("Builders");
    assertThat(key).startsWith("cpk_");
  }

  @Test
  void organizations_and_their_keys() {
    Ran made = good("organizations", "create", "Van Dijk Bouw");
    String key = made.find("(cpk_\\S+)");
    assertThat(good("organizations", "list").out()).contains("ID", "NAME", "Van Dijk Bouw");
    String second = good("keys", "create", "-o", "1").find("Key ([0-9]+)");
    assertThat(good("keys", "list", "-o", "1").out()).contains("active").doesNotContain("revoked");
    assertThat(good("keys", "revoke", second, "-o", "1").out()).contains("is revoked");
    assertThat(good("keys", "list", "-o", "1").out()).contains("active", "revoked");
    // An organization's own key needs no --organization.
    assertThat(good("webhooks", "list", "--key", key).out()).startsWith("ID");
  }

  @Test
  void pages_are_followed_as_far_as_one_wants() {
    for (int i = 0; i < 203; i++) {
      server.call(TestServer.KEY, "POST", "/organizations", "{\"name\":\"Builder " + i + "\"}");
    }
    assertThat(good("organizations", "list").out().lines()).hasSize(52);
    assertThat(good("organizations", "list").out()).endsWith("--all, or --limit\n");
    assertThat(good("organizations", "list", "--limit", "201").out().lines()).hasSize(203);
    assertThat(good("organizations", "list", "--all").out().lines()).hasSize(204);
    JsonObject all = new JsonObject(good("organizations", "list", "--all", "--json").out());
    assertThat(all.getJsonArray("items")).hasSize(203);
    assertThat(all.getString("nextCursor")).isNull();
    assertThat(
            new JsonObject(good("organizations", "list", "--limit", "2", "--json").out())
                .getString("nextCursor"))
        .isNotNull();
  }

  @Test
  void a_webhook_from_its_creation_to_its_end() {
    starred();
    String id = made();

    assertThat(good("webhooks", "list", "-o", "1").out()).contains(endpoint.url("/hook"), "active");
    assertThat(good("webhooks", "show", id, "-o", "1").out()).contains("Company=update");
    assertThat(good("webhooks", "pause", id, "-o", "1").out()).contains("active, paused");
    assertThat(good("webhooks", "list", "-o", "1").out()).contains("paused");
    assertThat(good("webhooks", "resume", id, "-o", "1").out()).contains("is active");
    assertThat(good("webhooks", "deactivate", id, "-o", "1").out()).contains("is inactive");
    assertThat(good("webhooks", "test", id, "-o", "1").out()).contains("200");
    Ran refused = run("replay", id, "-o", "1", "--since", "1h", "--which", "all");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("inactive", "Activate the webhook first");
    assertThat(good("webhooks", "activate", id, "-o", "1").out()).contains("is active");
    endpoint.answer(Reply.of(503, "busy \u001b[31mred"));
    Ran failed = run("webhooks", "test", id, "-o", "1");
    assertThat(failed.status()).isEqualTo(1);
    // What an endpoint answers cannot steer the operator's terminal.
    assertThat(failed.out()).contains("status 503", "busy").doesNotContain("\u001b");
    assertThat(good("webhooks", "delete", id, "-o", "1").out()).contains("is deleted");
    assertThat(run("webhooks", "show", id, "-o", "1").err()).startsWith("Not found");
  }

  @Test
  void deliveries_are_listed_shown_resent_and_replayed() {
    starred();
    String id = made();
    server.touchCompany("first");
    endpoint.awaitRequests(1, SOON);
    String[] list = {"deliveries", "list", id, "-o", "1", "--state", "delivered", "--since", "1h"};
    await().atMost(SOON).until(() -> good(list).out().contains("Company update"));
    String message = good(list).find("(msg_\\S+)");

    assertThat(good("deliveries", "show", message, "-o", "1").out())
        .contains("delivered", "ROUND", "\"name\":\"first\"");
    String change = good("deliveries", "show", message, "-o", "1").find("changeId +([0-9]+)");
    Ran explained = good("explain", change, "--webhook", id, "-o", "1");
    assertThat(explained.out()).containsPattern("reason +delivered").contains(message);
    assertThat(good("deliveries", "resend", message, "-o", "1").out()).contains("is due now");
    endpoint.awaitRequests(2, SOON);
    await().atMost(SOON).until(() -> good(list).out().contains("Company update"));
    assertThat(good("replay", id, "-o", "1", "--since", "1h", "--which", "all").out())
        .contains("1 messages are due now");
    endpoint.awaitRequests(3, SOON);
    String none =
        good("replay", id, "-o", "1", "--since", "1h", "--which", "failed", "--json").out();
    assertThat(new JsonObject(none).getInteger("messages")).isZero();
  }

  @Test
  void stats_and_the_pause_of_all() {
    starred();
    made();
    assertThat(good("pause").out()).contains("All delivery is paused");
    assertThat(good("stats").out()).containsPattern("delivery paused +true");
    assertThat(good("resume", "--json").out().strip()).isEqualTo("{\"paused\":false}");
    JsonObject stats = new JsonObject(good("stats", "--json").out());
    assertThat(stats.getJsonObject("webhooks").getInteger("active")).isEqualTo(1);
    assertThat(stats.getBoolean("paused")).isFalse();
  }

  @Test
  void what_the_server_refuses_is_status_1_with_its_words_and_fields() {
    starred();
    Ran bad = run("webhooks", "create", "ftp://x", "-o", "1", "--on", "Compny=update");
    assertThat(bad.status()).isEqualTo(1);
    assertThat(bad.err()).contains("subscriptions[0].object: ");
    assertThat(bad.out()).isEmpty();
    assertThat(run("webhooks", "list").err()).contains("--organization");
    Ran stranger = run("stats", "--key", "nonsense");
    assertThat(stranger.status()).isEqualTo(1);
    assertThat(stranger.err()).isNotBlank();
  }

  @Test
  void a_wrong_command_line_is_status_2_and_calls_nothing() {
    assertThat(run("replay", "7", "--which", "all").status()).isEqualTo(2);
    assertThat(run("webhooks", "show", "seven").status()).isEqualTo(2);
    assertThat(run("webhooks", "show", "seven").err()).contains("'seven' is no whole number");
    assertThat(run("replay", "7", "--which", "all", "--since", "yesterday").err())
        .contains("neither a time");
    assertThat(run("organizations", "list", "--limit", "0").status()).isEqualTo(2);
  }

  @Test
  void where_no_server_is_that_is_said() {
    StringWriter err = new StringWriter();
    CommandLine line = Changepost.commandLine();
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute("stats", "--url", "http://127.0.0.1:9", "--key", "k")).isEqualTo(1);
    assertThat(err.toString()).contains("no server answers at http://127.0.0.1:9");
  }

  @Test
  void a_wrong_key_is_told_with_where_it_comes_from() {
    Ran refused = run("stats", "--key", "cpo_wrong");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("A valid key is needed", "CHANGEPOST_KEY or --key");
  }

  @Test
  void a_missing_key_is_told_with_which_one_is_meant() {
    StringWriter err = new StringWriter();
    CommandLine line = Changepost.commandLine();
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute("stats", "--url", server.url())).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("a key is missing: set CHANGEPOST_KEY to the operator's key")
        .contains("changepost.operator.key");
  }

  @Test
  void lists_as_json_are_the_servers_answer_byte_for_byte() {
    starred();
    String served = server.call(TestServer.KEY, "GET", "/organizations?limit=50", "").body();
    assertThat(good("organizations", "list", "--json").out().strip()).isEqualTo(served);
    assertThat(new JsonObject(served).getJsonArray("items", new JsonArray())).hasSize(1);
  }
}
