package io.changepost.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * What the machine can do at all: HttpClient 5 in a loop, posting bodies of the same size to the
 * same receiver, without database, signature or anything else.
 */
final class Reference {

  private static final int THREADS = 64;
  private static final int WARM_UP_SECONDS = 2;

  private Reference() {}

  /** Posts a second. */
  static double rate(String url, int bytes, int seconds) {
    byte[] body = ("{\"x\":\"" + "x".repeat(bytes - 8) + "\"}").getBytes(StandardCharsets.UTF_8);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (CloseableHttpClient client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnTotal(THREADS)
                    .setMaxConnPerRoute(THREADS)
                    .build())
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableContentCompression()
            .build()) {
      posts(client, url, body, WARM_UP_SECONDS, threads);
      long begin = System.nanoTime();
      long posts = posts(client, url, body, seconds, threads);
      return posts / ((System.nanoTime() - begin) / 1e9);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long posts(
      CloseableHttpClient client, String url, byte[] body, int seconds, ExecutorService threads) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Callable<Long>> loops = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      loops.add(() -> loop(client, url, body, end));
    }
    long posts = 0;
    try {
      for (Future<Long> loop : threads.invokeAll(loops)) {
        posts += loop.get();
      }
      return posts;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static long loop(CloseableHttpClient client, String url, byte[] body, long end)
      throws IOException {
    long posts = 0;
    while (System.nanoTime() < end) {
      HttpPost post = new HttpPost(url);
      post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
      client.execute(
          post,
          answer -> {
            if (answer.getCode() != 200) {
              throw new IOException("status " + answer.getCode());
            }
            return null;
          });
      posts++;
    }
    return posts;
  }
}
