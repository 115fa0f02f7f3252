package io.changepost.samples;

import io.changepost.testkit.FreePort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;

/** A Kafka broker of one node, without ZooKeeper, in a JVM of its own. */
final class Broker implements AutoCloseable {

  private final Path folder;
  private final Path settings;
  private final int port = FreePort.next();
  private Process process;

  private Broker(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    int controller = FreePort.next();
    settings =
        Files.writeString(
            folder.resolve("server.properties"),
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:%2$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
            controller.listener.names=CONTROLLER
            log.dirs=%3$s
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            group.initial.rebalance.delay.ms=0
            """
                .formatted(port, controller, folder.resolve("log")));
    run(
        "kafka.tools.StorageTool",
        "format",
        "-t",
        "MkU3OEVBNTcwNTJENDM2Qg",
        "-c",
        settings.toString());
    process = start();
  }

  static Broker in(Path folder) throws IOException {
    Broker broker = new Broker(folder);
    broker.awaitReady();
    return broker;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  void topic(String name) {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends it at once, as a fault would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void restart() throws IOException {
    process = start();
    awaitReady();
  }

  private Process start() throws IOException {
    return command("kafka.Kafka", settings.toString()).start();
  }

  private void run(String... words) throws IOException {
    try {
      Process tool = command(words).start();
      if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("said")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private ProcessBuilder command(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"))));
    all.addAll(List.of(words));
    File said = folder.resolve("said").toFile();
    return new ProcessBuilder(all)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(said));
  }

  private void awaitReady() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              try (Admin admin = admin()) {
                return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == 1;
              }
            });
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            address(),
            "default.api.timeout.ms",
            5_000,
            "request.timeout.ms",
            4_000));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
