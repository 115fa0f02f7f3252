package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.micrometer.eventnotifier.MicrometerRouteEventNotifier;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.support.EventHelper;
import org.jspecify.annotations.Nullable;

/**
 * Camel with the routes from disk and its two HTTP servers. The servers listen after {@link
 * #start}, the routes run after {@link #startRoutes}.
 */
final class CamelNode implements AutoCloseable {

  private final ServerSettings settings;
  private @Nullable Jolokia jolokia;
  private @Nullable Main main;

  CamelNode(ServerSettings settings) {
    this.settings = settings;
  }

  /** Loads the routes; {@code words} binds what they use, before. */
  CamelContext start(Consumer<CamelContext> words) {
    Main starting = new Main();
    main = starting;
    configure(starting, settings, words);
    starting.configure().setShutdownTimeout(wholeSeconds());
    properties().forEach(starting::addOverrideProperty);
    try {
      starting.start();
    } catch (RuntimeException failed) {
      throw RouteFaults.told(settings, failed);
    }
    CamelContext context = starting.getCamelContext();
    tellOfRoutesAlone(context);
    return context;
  }

  /**
   * The counter of routes has no use for what exchanges do, yet Camel makes an event of each of
   * their steps for it, unless it says so. Camel has asked at its start, so it is asked again here.
   */
  private static void tellOfRoutesAlone(CamelContext context) {
    for (EventNotifier notifier : context.getManagementStrategy().getEventNotifiers()) {
      if (notifier instanceof MicrometerRouteEventNotifier routes) {
        routes.setIgnoreExchangeEvents(true);
      }
    }
    context
        .getCamelContextExtension()
        .setEventNotificationApplicable(EventHelper.eventsApplicable(context));
  }

  /** Tells it where the routes are and what they may use; none of them starts by itself. */
  static void configure(Main main, ServerSettings settings, Consumer<CamelContext> words) {
    main.configure().setBasePackageScanEnabled(false);
    main.configure().setName("changepost");
    main.configure()
        .setRoutesIncludePattern(
            settings.places().routes().stream()
                .map(pattern -> "file:" + pattern)
                .collect(Collectors.joining(",")));
    main.configure().setAutoStartup(false);
    main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
    // The file is read by ours, so that a wrong setting is told in our words.
    main.setPropertyPlaceholderLocations("false");
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport any) {
            words.accept(any.getCamelContext());
          }
        });
  }

  /** Lets them take work, in the order of their {@code startupOrder}. */
  void startRoutes(CamelContext context) {
    try {
      // Else Camel takes every route for one that is to be started by hand.
      context.setAutoStartup(true);
      context.getRouteController().startAllRoutes();
    } catch (Exception e) {
      throw RouteFaults.told(
          settings, new IllegalStateException("the routes cannot be started", e));
    }
  }

  private int wholeSeconds() {
    return (int) settings.shutdownTimeout().plusMillis(999).toSeconds();
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("camel.health.exposureLevel", "full");
    properties.put("camel.metrics.enableExchangeEventNotifier", "false");
    properties.put("camel.metrics.enableRoutePolicy", "false");
    // What the file says of Camel wins, except where our own settings say it.
    properties.putAll(settings.camel());
    properties.put("camel.server.enabled", "true");
    properties.put("camel.server.host", settings.listen().http().host());
    properties.put("camel.server.port", Integer.toString(settings.listen().http().port()));
    properties.put("camel.management.enabled", "true");
    properties.put("camel.management.host", settings.listen().management().host());
    properties.put(
        "camel.management.port", Integer.toString(settings.listen().management().port()));
    properties.put("camel.management.healthCheckEnabled", "true");
    properties.put("camel.management.metricsEnabled", "true");
    properties.put("camel.metrics.enabled", "true");
    properties.put("camel.management.jolokiaEnabled", "false");
    String password = settings.listen().jolokiaPassword();
    if (password != null) {
      Jolokia open = Jolokia.begin(settings, password);
      jolokia = open;
      properties.putAll(open.properties());
    }
    return properties;
  }

  /** Lets attempts under way end, up to the timeout, and stops the servers. */
  @Override
  public void close() {
    if (main != null) {
      main.stop();
    }
    if (jolokia != null) {
      jolokia.close();
    }
  }
}
