package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * How many calls of {@code POST /changes} a second, with one change in each or many, for a host
 * with another database: from clients that send the next call when they have the answer, while what
 * they publish is delivered on the same processors.
 */
final class Publishing implements AutoCloseable {

  private static final int MOST = 16;
  private static final List<Way> WAYS = List.of(new Way(1, 1), new Way(MOST, 1), new Way(2, 100));
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

  /** How it is published: over so many connections, with so many changes in each call. */
  private record Way(int connections, int changes) {

    String words() {
      return connections
          + (connections == 1 ? " connection, " : " connections, ")
          + (changes == 1 ? "one change" : changes + " changes")
          + " of 700 bytes a call";
    }
  }

  private record Round(double calls, double deliveries) {}

  /** The rows (i). */
  void measure(Platform platform) throws IOException, SQLException {
    double warm = bench.either(2, 40);
    bench.say(String.format(Locale.ROOT, "warming up with calls for %.0f s", warm));
    round(platform, new Way(MOST, 1), warm);
    int rounds = bench.either(1, 3);
    for (Way way : WAYS) {
      double[] calls = new double[rounds];
      double[] deliveries = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        bench.say("publishing: " + way.words());
        Round round = round(platform, way, bench.either(3, 8));
        calls[i] = round.calls();
        deliveries[i] = round.deliveries();
      }
      bench.add(Figure.of("i", way.words(), Sample.of(calls), "calls/s"));
      bench.add(
          Figure.of(
              "i",
              way.words() + ", until all is delivered",
              Sample.of(deliveries),
              "deliveries/s"));
    }
  }

  private Round round(Platform platform, Way way, double seconds) throws IOException, SQLException {
    bench.endpoint().reset();
    long begin = System.nanoTime();
    long calls =
        loops.run(way.connections(), seconds, () -> next(platform.companies(), way.changes()));
    double published = (System.nanoTime() - begin) / 1e9;
    long changes = calls * way.changes();
    return new Round(calls / published, changes / (published + bench.drained(database, changes)));
  }

  private HttpPost next(long[] companies, int changes) {
    HttpPost post = new HttpPost(node.api().base() + "/changes");
    post.setHeader("Authorization", "Bearer " + Node.OPERATOR_KEY);
    String body =
        changes == 1
            ? change(companies)
            : IntStream.range(0, changes)
                .mapToObj(i -> change(companies))
                .collect(Collectors.joining(",", "[", "]"));
    post.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
    return post;
  }

  private String change(long[] companies) {
    long id = last.incrementAndGet();
    return change(id, companies[(int) (id % companies.length)]);
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
