package io.changepost.app.demo;

import io.changepost.app.settings.Home;
import io.changepost.app.settings.Reach;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./changepost demo}: shows it at work, until Ctrl-C or for a number of seconds. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Shows it at work: changes every second, and a receiver that verifies what arrives."
            + " Keeps nothing.",
    footer = {"", "Example: ./changepost demo --seconds 20"})
public final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Ends by itself after N seconds; exit status 0 only where all arrived.")
  private @Nullable Integer seconds;

  @Option(
      names = "--port",
      paramLabel = "P",
      description =
          "Where the API listens; else at the port of the settings, or another where that is taken.")
  private @Nullable Integer port;

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    Integer most = seconds;
    if (most != null && most < 1) {
      throw wrong("--seconds must be at least 1");
    }
    Print print =
        new Print(
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
            CommandLine.Help.Ansi.AUTO.enabled(),
            Clock.systemDefaultZone());
    Demo demo = new Demo(Home.directory(), chosenPort(), print);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(demo, ended), "demo-shutdown"));
    try {
      return demo.run(most == null ? Long.MAX_VALUE : most).good() ? 0 : 1;
    } finally {
      ended.countDown();
    }
  }

  private int chosenPort() {
    Integer wanted = port;
    if (wanted == null) {
      return Ports.freeOr(Reach.port(Home.settings()));
    }
    if (wanted < 1 || wanted > 65_535) {
      throw wrong("--port must be from 1 to 65535");
    }
    if (!Ports.isFree(wanted)) {
      throw wrong("--port " + wanted + ": something else listens there");
    }
    return wanted;
  }

  private ParameterException wrong(String text) {
    return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), text);
  }

  /** The shutdown hook: nothing to do where the demo has ended by itself. */
  private static void end(Demo demo, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    demo.stop();
    try {
      ended.await();
      // A JVM that is asked to end by a signal would say 130, whatever it did well.
      Runtime.getRuntime().halt(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
