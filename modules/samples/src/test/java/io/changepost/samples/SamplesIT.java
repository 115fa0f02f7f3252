package io.changepost.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Received;
import io.changepost.testkit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  /** The step of the shipped route that a sample stands in for. */
  static final String POST_STEP =
      """
              - to:
                  id: attempt-post
                  uri: http:endpoint.invalid
                  parameters:
                    httpMethod: POST
                    throwExceptionOnFailure: false
                    skipControlHeaders: true
                    skipRequestHeaders: true
      """
          .indent(0);

  private final Endpoint endpoint = Endpoint.start();
  private final Endpoint other = Endpoint.start();
  private final Path folder;
  private final Node node;

  SamplesIT(@TempDir Path folder) {
    this.folder = folder;
    this.node = Node.in(folder);
  }

  @AfterEach
  void end() {
    node.close();
    endpoint.close();
    other.close();
  }

  @Test
  void a_chat_is_told_of_a_webhook_that_is_gone() {
    node.with("tell-by-chat.camel.yaml")
        .set("chat.url", other.url("/services/T0/B0/secret"))
        .edit(
            "50-inactive.camel.yaml",
            "            method: tell\n",
            """
                        method: tell
                    - to:
                        uri: seda:tell-by-chat
                        parameters:
                          waitForTaskToComplete: Never
            """)
        .start();
    endpoint.answer(Reply.of(410, ""));
    node.webhook(endpoint.url("/hook"));
    node.company("new", "015-2");

    Received told = other.awaitRequests(1, SOON).get(0);
    assertThat(told.path()).isEqualTo("/services/T0/B0/secret");
    assertThat(told.header("Content-Type")).startsWith("application/json");
    assertThat(told.text())
        .isEqualTo("{\"text\": \"Webhook 1 of organization 1 is inactive: gone\"}");
    // Nothing of the attempt goes out with it.
    assertThat(told.header("webhook-signature")).isNull();
  }

  @Test
  void a_chat_is_warned_of_a_webhook_that_will_become_inactive() {
    node.with("tell-by-chat.camel.yaml")
        .set("chat.url", other.url("/services/T0/B0/secret"))
        .set("changepost.inactivity.after", "1h")
        .set("changepost.inactivity.cron", "0/1 * * * * ?")
        .edit(
            "50-inactive.camel.yaml",
            "            method: tellWarning\n",
            """
                        method: tellWarning
                    - to:
                        uri: seda:warn-by-chat
                        parameters:
                          waitForTaskToComplete: Never
            """)
        .start();
    endpoint.answer(Reply.of(500, ""));
    node.webhook(endpoint.url("/hook"));
    node.company("new", "015-2");
    await().atMost(SOON).until(() -> node.failsSince(1, Duration.ofMinutes(40)));

    Received told = other.awaitRequests(1, SOON).get(0);
    assertThat(told.text())
        .startsWith("{\"text\": \"Webhook 1 of organization 1 fails since ")
        .contains(" and becomes inactive at ");
  }

  @Test
  void a_redacted_field_is_in_no_message_and_the_signature_holds() {
    node.with("redact-a-field.camel.yaml")
        .edit(
            "30-attempt.camel.yaml",
            "        - bean:\n            id: attempt-prepare\n",
            """
                    - to:
                        uri: direct:redact-a-field
                    - bean:
                        id: attempt-prepare
            """)
        .start();
    endpoint.answerInTurn(Reply.of(500, ""), Reply.of(200, ""));
    node.webhook(endpoint.url("/hook"));
    node.company("new", "015-2");

    List<Received> requests = endpoint.awaitRequests(2, SOON);
    assertThat(requests.get(0).text())
        .contains("\"phone\":null", "\"name\":\"new\"", "\"changed\":[\"name\"]")
        .doesNotContain("015-");
    assertThat(requests.get(1).text()).isEqualTo(requests.get(0).text());
    assertThat(requests.get(1).header("webhook-signature")).startsWith("v1,");
  }

  @Test
  void one_webhook_gets_files_and_the_others_are_posted_to() throws IOException {
    Path files = folder.resolve("files");
    node.with("deliver-to-file.camel.yaml")
        .set("file.webhook", "1")
        .set("file.folder", files.toString())
        .edit(
            "30-attempt.camel.yaml",
            POST_STEP,
            "        - to:\n            uri: direct:deliver-to-file\n")
        .start();
    node.webhook(endpoint.url("/never"));
    node.webhook(other.url("/hook"));
    node.company("new", "015-2");

    Received posted = other.awaitRequests(1, SOON).get(0);
    assertThat(posted.header("webhook-signature")).startsWith("v1,");
    await().atMost(SOON).until(() -> delivered(1) && delivered(2));
    assertThat(endpoint.requests()).isEmpty();
    try (Stream<Path> found = Files.list(files)) {
      Path file = found.toList().get(0);
      assertThat(file.getFileName().toString()).matches("msg_[\\w-]{32}\\.json");
      assertThat(Files.readString(file)).contains("\"webhookId\":1", "\"name\":\"new\"");
    }
  }

  @Test
  void a_folder_that_cannot_be_written_is_a_failed_attempt_that_is_tried_again()
      throws IOException {
    Path files = Files.writeString(folder.resolve("files"), "this is no folder");
    node.with("deliver-to-file.camel.yaml")
        .set("file.webhook", "1")
        .set("file.folder", files.toString())
        .edit(
            "30-attempt.camel.yaml",
            POST_STEP,
            "        - to:\n            uri: direct:deliver-to-file\n")
        .start();
    node.webhook(endpoint.url("/never"));
    node.company("new", "015-2");

    await().atMost(SOON).until(() -> deliveries(1).matches("(?s).*\"attemptCount\":[1-4].*"));
    Files.delete(files);
    await().atMost(SOON).until(() -> delivered(1));
    assertThat(deliveries(1)).containsOnlyOnce("\"changeId\"");
  }

  private String deliveries(int webhook) {
    return node.asOrganization("GET", "/webhooks/" + webhook + "/deliveries", "");
  }

  private boolean delivered(int webhook) {
    return deliveries(webhook).contains("\"state\":\"delivered\"");
  }
}
