package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One, two and three nodes on one database. */
final class Nodes {

  private final Bench bench;
  private final Node first;
  private final HostDatabase database;

  Nodes(Bench bench, Node first, HostDatabase database) {
    this.bench = bench;
    this.first = first;
    this.database = database;
  }

  /** The rows (g). */
  void measure() throws IOException, SQLException, InterruptedException {
    List<Node> more = new ArrayList<>();
    Platform platform = Platform.make(first.api(), database, 500, 1, bench.endpoint().url("/ok"));
    double alone = 0;
    try {
      for (int nodes = 1; nodes <= 3; nodes++) {
        bench.say("measuring " + nodes + " nodes");
        if (nodes > 1) {
          // They share the encryption key, which is in the first one's folder.
          more.add(Node.beside(database.url(), bench.folder("data")));
        }
        double rate = rate(platform, more);
        alone = nodes == 1 ? rate : alone;
        bench.add(
            Figure.of("g", nodes + (nodes == 1 ? " node" : " nodes"), rate, "deliveries/s")
                .against(alone, "one node"));
      }
    } finally {
      more.forEach(Node::close);
      platform.remove(first.api());
    }
  }

  private double rate(Platform platform, List<Node> more)
      throws IOException, SQLException, InterruptedException {
    int changes = bench.either(8_000, 30_000);
    double best = 0;
    for (int round = 0; round < 3; round++) {
      bench.endpoint().reset();
      signal(more, "STOP");
      try {
        database.documents(platform.companies(), changes, 370);
      } finally {
        signal(more, "CONT");
      }
      best = Math.max(best, changes / bench.drained(database, changes, 300));
    }
    return best;
  }

  private void signal(List<Node> more, String name) throws IOException, InterruptedException {
    first.signal(name);
    for (Node node : more) {
      node.signal(name);
    }
  }
}
