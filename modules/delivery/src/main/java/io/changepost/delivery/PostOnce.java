package io.changepost.delivery;

import io.changepost.domain.Answer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;

/**
 * One POST outside the routes, under the same guard as every delivery; for the test message.
 * Thread-safe. Blocks for at most the timeout, and up to 5 s more where a resolver hangs.
 */
public final class PostOnce {

  private record Reply(int status, @Nullable String retryAfter, byte @Nullable [] body) {}

  private final CloseableHttpClient client;
  private final Clock clock;

  /**
   * @param hardened stays open when this is no longer used; close it and every post fails
   * @param clock gives the answer's time
   */
  public PostOnce(HardenedClient hardened, Clock clock) {
    HttpClientBuilder builder = HttpClientBuilder.create();
    hardened.configure(builder);
    this.client = builder.build();
    this.clock = clock;
  }

  /**
   * Posts the request once and says what came of it; a failure is an answer, never an exception.
   */
  public Answer post(PreparedRequest request) {
    Instant start = clock.instant();
    long nanos = System.nanoTime();
    try {
      HttpPost post = new HttpPost(request.url());
      request.headers().forEach(post::setHeader);
      post.setEntity(new ByteArrayEntity(request.body(), null));
      Reply reply = client.execute(post, PostOnce::reply);
      return ClassifyAnswer.of(
          reply.status(), reply.retryAfter(), reply.body(), start, since(nanos));
    } catch (IOException | RuntimeException failed) {
      return ClassifyAnswer.of(failed, start, since(nanos));
    }
  }

  private static Reply reply(ClassicHttpResponse response) throws IOException {
    Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    HttpEntity entity = response.getEntity();
    return new Reply(
        response.getCode(),
        retryAfter == null ? null : retryAfter.getValue(),
        entity == null ? null : EntityUtils.toByteArray(entity));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
