package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One, two and three nodes on one database, in turns. */
final class Nodes {

  private static final int MOST = 3;

  private final Bench bench;
  private final Node first;
  private final HostDatabase database;

  Nodes(Bench bench, Node first, HostDatabase database) {
    this.bench = bench;
    this.first = first;
    this.database = database;
  }

  /** The rows (g). */
  void measure(Platform platform) throws IOException, SQLException, InterruptedException {
    bench.say("starting two more nodes");
    List<Node> all = new ArrayList<>(List.of(first));
    try {
      while (all.size() < MOST) {
        // They share the encryption key, which is in the first one's folder.
        all.add(Node.beside(database.url(), bench.folder("data")));
      }
      for (int added = 1; added < MOST; added++) {
        warmUp(platform, all, added);
      }
      int rounds = bench.either(1, 3);
      double[][] rates = new double[MOST][rounds];
      double[][] shares = new double[MOST][rounds];
      double expected = with(platform, all, 1_000, bench.either(2, 10));
      with(platform, all, expected, bench.either(2, 10));
      for (int round = 0; round < rounds; round++) {
        for (int nodes = 1; nodes <= MOST; nodes++) {
          bench.say("measuring " + nodes + (nodes == 1 ? " node" : " nodes"));
          rates[nodes - 1][round] = among(platform, all, nodes, expected);
          shares[nodes - 1][round] = rates[nodes - 1][round] / rates[0][round];
        }
      }
      for (int nodes = 1; nodes <= MOST; nodes++) {
        bench.add(
            Figure.of(
                    "g",
                    nodes + (nodes == 1 ? " node" : " nodes"),
                    Sample.of(rates[nodes - 1]),
                    "deliveries/s")
                .against(Sample.of(shares[nodes - 1]), "one node"));
      }
    } finally {
      for (Node added : all.subList(1, all.size())) {
        bench.ends(added.cpuMicros());
        added.close();
      }
    }
  }

  /** As the first was before row a, and alone: a new node is slow, and takes the others' cores. */
  private void warmUp(Platform platform, List<Node> all, int added)
      throws IOException, SQLException, InterruptedException {
    bench.say("warming up node " + (added + 1));
    new Servers(database, all).hold();
    Servers alone = new Servers(database, List.of(all.get(added)));
    alone.goOn();
    try {
      new Throughput(bench, alone, database).warmUp(platform, 700, bench.either(2, 40));
    } finally {
      new Servers(database, all).goOn();
    }
  }

  /** The others stand still meanwhile. */
  private double among(Platform platform, List<Node> all, int working, double expected)
      throws IOException, SQLException, InterruptedException {
    Servers resting = new Servers(database, all.subList(working, all.size()));
    // All of them, because one that works is in a transaction most of the time.
    new Servers(database, all).hold();
    new Servers(database, all.subList(0, working)).goOn();
    try {
      return with(platform, all.subList(0, working), expected, bench.either(3, 8));
    } finally {
      resting.goOn();
    }
  }

  private double with(Platform platform, List<Node> nodes, double expected, double seconds)
      throws IOException, SQLException, InterruptedException {
    return new Throughput(bench, new Servers(database, nodes), database)
        .round(platform, 700, expected, seconds)
        .rate();
  }
}
