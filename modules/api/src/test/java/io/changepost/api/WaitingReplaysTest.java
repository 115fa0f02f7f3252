package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Replays that wait for fan-out, which nobody does here. */
class WaitingReplaysTest {

  private static final int ROOM = 16;

  private final TestApi api = TestApi.fresh(TestApi.OPERATOR_KEY);

  @Test
  void they_hold_up_each_other_and_nobody_else() {
    Client client = api.organization();
    Client other = api.organization();
    String replay =
        "/webhooks/"
            + client
                .post(
                    "/webhooks",
                    """
                    {"url":"http://127.0.0.1:8999/",
                     "subscriptions":[{"object":"Company","actions":["update"]}]}""")
                .id()
            + "/replay";
    api.company();
    ExecutorService threads = Executors.newFixedThreadPool(ROOM + 1);
    try {
      List<CompletableFuture<Answer>> calls =
          IntStream.rangeClosed(0, ROOM)
              .mapToObj(
                  n ->
                      CompletableFuture.supplyAsync(
                          () ->
                              client.post(
                                  replay,
                                  "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"missed\"}"),
                          threads))
              .toList();
      // Who is refused tells that all the others are there.
      await().until(() -> calls.stream().anyMatch(CompletableFuture::isDone));

      assertThat(other.get("/webhooks").status()).isEqualTo(200);

      List<Answer> answers =
          calls.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
      assertThat(answers).extracting(Answer::status).containsExactly(503);
      assertThat(answers.get(0).header("Retry-After")).contains("1");
      api.database.execute("delete from changepost.outbox");
      assertThat(calls.stream().map(call -> call.join().status()).filter(status -> status == 202))
          .hasSize(ROOM);
    } finally {
      threads.shutdownNow();
    }
  }
}
