package io.changepost.routing;

import io.changepost.delivery.HardenedClient;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;

/** Gives both HTTP components of Camel the one way out to endpoints. */
final class HardenedComponents {

  private HardenedComponents() {}

  /** Before the routes are loaded. */
  static void harden(CamelContext context, HardenedClient client) {
    harden(context.getComponent("http", HttpComponent.class), client);
    harden(context.getComponent("https", HttpComponent.class), client);
  }

  private static void harden(HttpComponent http, HardenedClient client) {
    http.setClientConnectionManager(client.connectionManager());
    http.setHttpActivityListener(new PreparedInContext());
    http.setHttpClientConfigurer(builder -> client.configure(builder, PreparedInContext::find));
    http.setHeaderFilterStrategy(new AttemptHeaders());
    http.setAutomaticRetriesDisabled(true);
    http.setRedirectHandlingDisabled(true);
    http.setFollowRedirects(false);
    http.setCookieManagementDisabled(true);
    http.setContentCompressionDisabled(true);
    http.setAuthCachingDisabled(true);
    http.setConnectionStateDisabled(true);
    http.setDefaultUserAgentDisabled(true);
    http.setCopyHeaders(false);
    http.setUseSystemProperties(false);
  }
}
