package io.changepost.bench;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * What the machine can do at all: HttpClient 5 in a loop, posting to the same receiver the bytes
 * and headers of a message that it got before, over connections kept alive, without database,
 * signature or anything else. With the number of threads that is fastest here.
 */
final class Reference implements AutoCloseable {

  private static final int[] THREADS = {4, 16, 64};
  private static final int BUFFER_BYTES = 12 * 1024;

  private final String url;
  private final Loops loops;
  private Message message;
  private int threads = THREADS[0];
  private double micros;

  Reference(String url, Message message) {
    this.url = url;
    this.message = message;
    CloseableHttpClient client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    // As the server has it, so that 8 KiB go out with their headers.
                    .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                            .http1Config(Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
                            .build())
                    .setMaxConnTotal(THREADS[THREADS.length - 1])
                    .setMaxConnPerRoute(THREADS[THREADS.length - 1])
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableContentCompression()
            .disableAuthCaching()
            .build();
    this.loops = new Loops(client, 200);
  }

  /** Posts that message from now on. */
  void post(Message other) {
    message = other;
  }

  /** Warms up, then keeps the number of threads that posts most. */
  void tune(double seconds) {
    rate(seconds);
    double best = 0;
    int fastest = threads;
    for (int tried : THREADS) {
      threads = tried;
      double rate = rate(seconds);
      if (rate > best) {
        best = rate;
        fastest = tried;
      }
    }
    threads = fastest;
  }

  int threads() {
    return threads;
  }

  /** Microseconds of processor time of this client for each post of the last run. */
  double micros() {
    return micros;
  }

  /** Posts a second. */
  double rate(double seconds) {
    long cpu = Processor.alone(ProcessHandle.current().pid());
    long begin = System.nanoTime();
    long posts = loops.run(threads, seconds, this::next);
    micros = (Processor.alone(ProcessHandle.current().pid()) - cpu) / (double) posts;
    return posts / ((System.nanoTime() - begin) / 1e9);
  }

  private HttpPost next() {
    HttpPost post = new HttpPost(url);
    message.headers().forEach(post::setHeader);
    post.setEntity(new ByteArrayEntity(message.body(), null));
    return post;
  }

  @Override
  public void close() {
    loops.close();
  }
}
