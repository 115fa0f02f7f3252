package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Rounds of deliveries in turns with the bare client, so that what the machine does besides falls
 * on both.
 */
final class Pairs {

  private final Bench bench;
  private final Throughput throughput;
  private final Servers servers;
  private final Reference reference;

  Pairs(Bench bench, Throughput throughput, Servers servers, Reference reference) {
    this.bench = bench;
    this.throughput = throughput;
    this.servers = servers;
    this.reference = reference;
  }

  /** The bare client's part of a pair; times as in a round. */
  private record Bare(double rate, double client, double receiver) {}

  void measure(String what, Platform to, int bytes, double expected, Bars rates, Bars costs)
      throws IOException, SQLException, InterruptedException {
    bench.say("measuring " + what);
    double rate = throughput.round(to, bytes, expected, bench.either(1, 4)).rate();
    reference.post(bench.endpoint().first());
    List<Throughput.Round> ours = new ArrayList<>();
    List<Bare> bare = new ArrayList<>();
    int rounds = bench.either(3, 5);
    while (ours.size() < rounds && (ours.isEmpty() || bench.hasTime(60))) {
      bare.add(bare());
      ours.add(throughput.round(to, bytes, rate, bench.either(3, 10)));
      rate = ours.get(ours.size() - 1).rate();
    }
    double[] shares = new double[ours.size()];
    double[] cost = new double[ours.size()];
    for (int i = 0; i < shares.length; i++) {
      Throughput.Round round = ours.get(i);
      shares[i] = round.rate() / bare.get(i).rate();
      cost[i] =
          (bare.get(i).client() + bare.get(i).receiver())
              / (round.server() + round.postgres() + round.receiver());
    }
    Sample bareRates = sample(bare, Bare::rate);
    Sample ourRates = sample(ours, Throughput.Round::rate);
    String client = "bare client";
    bench.add(
        Figure.of(
            "a",
            what + ": bare client, " + reference.threads() + " threads",
            bareRates,
            "posts/s"));
    bench.add(Figure.of("a", what, ourRates, "deliveries/s").against(Sample.of(shares), client));
    bench.add(
        Figure.of(
            "a",
            what + ": share of the bare client's best run",
            ourRates.median() / bareRates.most(),
            ""));
    Sample server = sample(ours, Throughput.Round::server);
    Sample postgres = sample(ours, Throughput.Round::postgres);
    Sample receiver = sample(ours, Throughput.Round::receiver);
    bench.add(Figure.of("a", what + ": processor time, server", server, "µs each"));
    bench.add(Figure.of("a", what + ": processor time, PostgreSQL", postgres, "µs each"));
    bench.add(Figure.of("a", what + ": processor time, receiver", receiver, "µs each"));
    bench.add(
        Figure.of(
                "a",
                what + ": processor time, all three",
                server.median() + postgres.median() + receiver.median(),
                "µs each")
            .against(Sample.of(cost), "a delivery's time is what a bare post takes"));
    rates.bar(what, bareRates.median(), ourRates.median());
    costs.bar(what, server.median(), postgres.median(), receiver.median());
  }

  private Bare bare() throws IOException, SQLException, InterruptedException {
    servers.hold();
    try {
      long before = bench.endpoint().cpuMicros();
      bench.endpoint().reset();
      double rate = reference.rate(bench.either(2, 5));
      double posts = bench.endpoint().count();
      return new Bare(rate, reference.micros(), (bench.endpoint().cpuMicros() - before) / posts);
    } finally {
      servers.goOn();
    }
  }

  private static <T> Sample sample(List<T> rounds, ToDoubleFunction<T> part) {
    return Sample.of(rounds.stream().mapToDouble(part).toArray());
  }
}
