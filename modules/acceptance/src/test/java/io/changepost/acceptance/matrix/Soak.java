package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** D7: what one node holds on to while load goes on and another is killed again and again. */
final class Soak {

  /** By the system property {@code matrix.soak}, such as {@code PT12H}. */
  static final Duration TIME = Duration.parse(System.getProperty("matrix.soak", "PT3M"));

  private static final long ROUND_MILLIS = 20_000;
  private static final int MOST_MEGABYTES = 64;
  private static final int MOST_MORE = 30;

  private record Held(long megabytes, long threads, long descriptors, long queueMegabytes) {

    private static Held by(Product node, Scene scene) throws IOException {
      Path proc = Path.of("/proc/" + node.process().pid());
      try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
        return new Held(
            status(proc, "VmRSS") / 1_024,
            status(proc, "Threads"),
            open.count(),
            scene.number(
                    "select pg_total_relation_size('changepost.delivery') + pg_total_relation_size('changepost.outbox')"
                        + " + pg_total_relation_size('changepost.lease')")
                / 1_048_576);
      }
    }

    private static long status(Path proc, String name) throws IOException {
      return Files.readAllLines(proc.resolve("status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(-1);
    }

    @Override
    public String toString() {
      return megabytes
          + " MB, "
          + threads
          + " threads, "
          + descriptors
          + " descriptors, queue of "
          + queueMegabytes
          + " MB";
    }
  }

  private Soak() {}

  static Finding tried() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product steady = scene.node(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx192m"));
      Product victim = scene.node();
      scene
          .receiver()
          .answer("/b", got -> got.attempt() < 2 && got.id().hashCode() % 10 == 0 ? 500 : 200);
      scene.hook("/a");
      scene.hook("/b");
      long end = System.nanoTime() + TIME.toNanos();
      long quarter = System.nanoTime() + TIME.toNanos() / 4;
      Producer producer = scene.producer(50);
      Held early = null;
      int kills = 0;
      while (System.nanoTime() < end) {
        Scene.pause(ROUND_MILLIS);
        if (early == null && System.nanoTime() > quarter) {
          early = Held.by(steady, scene);
        }
        victim.kill();
        victim.start();
        kills++;
      }
      Held late = Held.by(steady, scene);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, kills * 20, kills);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (early != null && late.megabytes > early.megabytes + MOST_MEGABYTES) {
        wrong.add("memory grew");
      }
      if (early != null
          && (late.threads > early.threads + MOST_MORE
              || late.descriptors > early.descriptors + MOST_MORE)) {
        wrong.add("threads or descriptors grew");
      }
      if (early != null && late.queueMegabytes > early.queueMegabytes + MOST_MEGABYTES) {
        wrong.add("the queue's tables grew");
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + ", kills "
              + kills
              + "; after a quarter "
              + early
              + "; at the end "
              + late);
    }
  }
}
