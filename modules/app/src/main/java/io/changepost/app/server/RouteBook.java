package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.PrepareRequest;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.routing.Vocabulary;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;

/** Loads the routes as a node would and lets none of them run; needs no database. */
public final class RouteBook {

  private static final DatabaseSettings NOWHERE =
      new DatabaseSettings("jdbc:postgresql://127.0.0.1:9/none", "", "", 2);

  private RouteBook() {}

  /**
   * A route as its file tells it.
   *
   * @param from what it starts with, without options
   * @param note what its authors promise or warn of, empty where nothing
   * @param file its name without the folder
   * @param to where it sends, in the order of its steps, without options
   */
  public record Entry(
      String id,
      String from,
      String description,
      String note,
      String file,
      int line,
      List<String> to) {}

  /**
   * All routes of the pattern {@code changepost.routes}, by file and line.
   *
   * @throws io.changepost.app.settings.WrongSettingException where Camel refuses one; its message
   *     names file and line
   */
  public static List<Entry> read(ServerSettings settings) {
    Main main = new Main();
    try (Database database = Database.open(NOWHERE);
        HardenedClient client = new HardenedClient(settings.delivery());
        Vocabulary words =
            new Vocabulary(
                new Vocabulary.Tools(
                    database,
                    SecretBox.parse(SecretBox.newKey()),
                    client,
                    new PrepareRequest(settings.delivery())),
                settings.routing())) {
      CamelNode.configure(main, settings, words::bindTo);
      main.configure().setSourceLocationEnabled(true);
      settings.camel().forEach(main::addOverrideProperty);
      main.start();
      return main.getCamelContext().getRoutes().stream()
          .map(route -> entry(route, main.getCamelContext()))
          .sorted(Comparator.comparing(Entry::file).thenComparingInt(Entry::line))
          .toList();
    } catch (RuntimeException failed) {
      throw RouteFaults.told(settings, failed);
    } finally {
      main.stop();
    }
  }

  private static Entry entry(Route route, CamelContext context) {
    // Such as file:/opt/changepost/routes/10-fan-out.camel.yaml:9
    String location = Objects.requireNonNullElse(route.getSourceLocation(), ":0");
    int colon = location.lastIndexOf(':');
    return new Entry(
        route.getRouteId(),
        route.getEndpoint().getEndpointBaseUri(),
        Objects.requireNonNullElse(route.getDescription(), ""),
        Objects.requireNonNullElse(route.getNote(), ""),
        location.substring(location.lastIndexOf('/', colon) + 1, colon),
        Integer.parseInt(location.substring(colon + 1)),
        sendsTo(((ModelCamelContext) context).getRouteDefinition(route.getRouteId())));
  }

  private static List<String> sendsTo(RouteDefinition route) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SendDefinition.class)
        .stream()
        .map(to -> to.getUri().replaceFirst("\\?.*", ""))
        .distinct()
        .toList();
  }
}
