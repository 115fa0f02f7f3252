package io.changepost.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;

/** Clients that post over and over, each the next one when it has the answer. */
final class Loops implements AutoCloseable {

  private final CloseableHttpClient client;
  private final int status;
  private final ExecutorService pool = Executors.newCachedThreadPool();

  /**
   * @param client is closed with these
   * @param status the one answer that is right; any other ends the measurement
   */
  Loops(CloseableHttpClient client, int status) {
    this.client = client;
    this.status = status;
  }

  /** What is posted next; asked by all clients at once. */
  @FunctionalInterface
  interface Next {
    HttpPost post();
  }

  /** So many clients for that long; gives how many posts were answered. */
  long run(int clients, double seconds, Next next) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    Callable<Long> loop = () -> loop(end, next);
    long posts = 0;
    try {
      for (Future<Long> ended : pool.invokeAll(Collections.nCopies(clients, loop))) {
        posts += ended.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return posts;
  }

  private long loop(long end, Next next) throws IOException {
    long posts = 0;
    while (System.nanoTime() < end) {
      client.execute(
          next.post(),
          answer -> {
            if (answer.getCode() != status) {
              throw new IOException("status " + answer.getCode());
            }
            return null;
          });
      posts++;
    }
    return posts;
  }

  @Override
  public void close() {
    pool.shutdownNow();
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
