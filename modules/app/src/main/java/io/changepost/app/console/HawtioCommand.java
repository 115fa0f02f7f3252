package io.changepost.app.console;

import io.changepost.app.settings.Home;
import io.changepost.app.settings.Reach;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./changepost hawtio}: Hawtio in a browser, for a server that runs. */
@Command(
    name = "hawtio",
    mixinStandardHelpOptions = true,
    description =
        "Serves Hawtio on this machine, to look at routes and MBeans of a running server. It needs"
            + " changepost.jolokia.enabled there. The launcher downloads Hawtio, once.",
    footer = {"", "Example: ./changepost hawtio --port 8082"})
public final class HawtioCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8082",
      description = "Where it listens (8082).")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "127.0.0.1",
      description =
          "The address it listens at (127.0.0.1); other than loopback only in a container.")
  private String host = "";

  @Option(
      names = "--jolokia",
      paramLabel = "URL",
      description = "The server's Jolokia; where not given, that of the settings of this folder.")
  private @Nullable URI jolokia;

  @Option(
      names = "--war",
      paramLabel = "FILE",
      defaultValue = "modules/app/target/hawtio/hawtio-default-4.2.0.war",
      description = "Hawtio's archive; the launcher fetches it to where it is expected.")
  private Path war = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public HawtioCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    URI there =
        jolokia == null
            ? URI.create(Reach.of(Home.settings()).managementUrl() + "/observe/jolokia")
            : jolokia;
    try (Pages pages = Pages.open(Home.directory().resolve(war), Pages.HAWTIO_4_2_0);
        Console console = Console.start(new InetSocketAddress(host, port), pages, there)) {
      Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .printf(
              "Hawtio: http://127.0.0.1:%d/hawtio/ (user operator, for %s); Ctrl-C ends it%n",
              console.port(), there);
      Objects.requireNonNull(spec).commandLine().getOut().flush();
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
