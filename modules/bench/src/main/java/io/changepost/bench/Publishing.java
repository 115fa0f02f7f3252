package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * How many calls of {@code POST /changes} a second, one change in each, for a host with another
 * database: from clients that send the next call when they have the answer, while what they publish
 * is delivered on the same processors.
 */
final class Publishing implements AutoCloseable {

  private static final int[] CONNECTIONS = {1, 16};
  private static final int MOST = CONNECTIONS[CONNECTIONS.length - 1];
  private static final String TEXT = "x".repeat(370);

  private final Bench bench;
  private final Node node;
  private final HostDatabase database;
  private final AtomicLong last = new AtomicLong();
  private final Loops loops =
      new Loops(
          HttpClients.custom()
              .setConnectionManager(
                  PoolingHttpClientConnectionManagerBuilder.create()
                      .setMaxConnTotal(MOST)
                      .setMaxConnPerRoute(MOST)
                      .build())
              .build(),
          202);

  Publishing(Bench bench, Node node, HostDatabase database) {
    this.bench = bench;
    this.node = node;
    this.database = database;
  }

  private record Round(double calls, double deliveries) {}

  /** The rows (i). */
  void measure(Platform platform) throws IOException, SQLException {
    double warm = bench.either(2, 40);
    bench.say(String.format(Locale.ROOT, "warming up with calls for %.0f s", warm));
    round(platform, MOST, warm);
    int rounds = bench.either(1, 3);
    for (int connections : CONNECTIONS) {
      double[] calls = new double[rounds];
      double[] deliveries = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        bench.say("publishing over " + connections + (connections == 1 ? " connection" : " ones"));
        Round round = round(platform, connections, bench.either(3, 8));
        calls[i] = round.calls();
        deliveries[i] = round.deliveries();
      }
      String what =
          connections
              + (connections == 1 ? " connection" : " connections")
              + ", one change of 700 bytes a call";
      bench.add(Figure.of("i", what, Sample.of(calls), "calls/s"));
      bench.add(
          Figure.of("i", what + ", until all is delivered", Sample.of(deliveries), "deliveries/s"));
    }
  }

  private Round round(Platform platform, int connections, double seconds)
      throws IOException, SQLException {
    bench.endpoint().reset();
    long begin = System.nanoTime();
    long calls = loops.run(connections, seconds, () -> next(platform.companies()));
    double published = (System.nanoTime() - begin) / 1e9;
    return new Round(calls / published, calls / (published + bench.drained(database, calls)));
  }

  private HttpPost next(long[] companies) {
    long id = last.incrementAndGet();
    HttpPost post = new HttpPost(node.api().base() + "/changes");
    post.setHeader("Authorization", "Bearer " + Node.OPERATOR_KEY);
    post.setEntity(
        new StringEntity(
            change(id, companies[(int) (id % companies.length)]), ContentType.APPLICATION_JSON));
    return post;
  }

  private static String change(long id, long company) {
    return "{\"object\":\"Document\",\"action\":\"create\",\"objectId\":\""
        + id
        + "\",\"companyId\":"
        + company
        + ",\"current\":{\"id\":"
        + id
        + ",\"companyId\":"
        + company
        + ",\"name\":\"document\",\"url\":\""
        + TEXT
        + "\"}}";
  }

  @Override
  public void close() {
    loops.close();
  }
}
