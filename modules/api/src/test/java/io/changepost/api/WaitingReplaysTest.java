package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Replays that wait for fan-out, which nobody does here. */
class WaitingReplaysTest {

  private static final int MOST = 2;
  private static final String MISSED = "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"missed\"}";

  private final TestApi api = TestApi.fresh(TestApi.OPERATOR_KEY);

  @Test
  void two_of_an_organization_may_wait_and_hold_up_nobody_else() {
    Client client = api.organization();
    Client other = api.organization();
    String replay = replayOf(client);
    String others = replayOf(other);
    api.company();
    ExecutorService threads = Executors.newFixedThreadPool(MOST + 2);
    try {
      List<CompletableFuture<Answer>> calls =
          IntStream.rangeClosed(0, MOST)
              .mapToObj(
                  n -> CompletableFuture.supplyAsync(() -> client.post(replay, MISSED), threads))
              .toList();
      // Who is refused tells that all the others are there.
      await().until(() -> calls.stream().anyMatch(CompletableFuture::isDone));

      assertThat(other.get("/webhooks").status()).isEqualTo(200);
      CompletableFuture<Answer> ofOther =
          CompletableFuture.supplyAsync(() -> other.post(others, MISSED), threads);
      api.database.execute("delete from changepost.outbox");

      assertThat(ofOther.join().status()).isEqualTo(202);
      assertThat(calls.stream().map(call -> call.join().status()))
          .containsExactlyInAnyOrder(202, 202, 503);
      assertThat(
              calls.stream()
                  .map(CompletableFuture::join)
                  .filter(answer -> answer.status() == 503)
                  .map(answer -> answer.header("Retry-After")))
          .containsExactly(Optional.of("5"));
    } finally {
      threads.shutdownNow();
    }
  }

  private static String replayOf(Client client) {
    return "/webhooks/"
        + client
            .post(
                "/webhooks",
                """
                {"url":"http://127.0.0.1:8999/",
                 "subscriptions":[{"object":"Company","actions":["update"]}]}""")
            .id()
        + "/replay";
  }
}
