package io.changepost.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;

/** Camel with the routes from disk and its two HTTP servers. */
final class CamelNode implements AutoCloseable {

  private final ServerSettings settings;
  private @Nullable Main main;

  CamelNode(ServerSettings settings) {
    this.settings = settings;
  }

  /** Starts the routes; {@code words} binds what they use, before they are loaded. */
  Main start(Consumer<CamelContext> words) {
    Main starting = new Main();
    main = starting;
    starting.configure().setBasePackageScanEnabled(false);
    starting.configure().setName("changepost");
    starting.configure().setRoutesIncludePattern("file:" + settings.places().routes());
    starting.configure().setShutdownTimeout((int) settings.shutdownTimeout().toSeconds());
    starting.configure().setStartupSummaryLevel(org.apache.camel.StartupSummaryLevel.Off);
    // The file is read by ours, so that a wrong setting is told in our words.
    starting.setPropertyPlaceholderLocations("false");
    properties().forEach(starting::addOverrideProperty);
    starting.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport any) {
            words.accept(any.getCamelContext());
          }
        });
    starting.start();
    return starting;
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>(settings.camel());
    properties.put("camel.server.enabled", "true");
    properties.put("camel.server.host", settings.http().host());
    properties.put("camel.server.port", Integer.toString(settings.http().port()));
    properties.put("camel.management.enabled", "true");
    properties.put("camel.management.host", settings.management().host());
    properties.put("camel.management.port", Integer.toString(settings.management().port()));
    properties.put("camel.management.healthCheckEnabled", "true");
    properties.put("camel.management.metricsEnabled", "true");
    properties.put("camel.metrics.enabled", "true");
    properties.put("camel.metrics.enableExchangeEventNotifier", "false");
    properties.put("camel.metrics.enableRoutePolicy", "false");
    properties.put("camel.metrics.binders", "jvm-memory,processor");
    return properties;
  }

  @Override
  public void close() {
    if (main != null) {
      main.stop();
    }
  }
}
