package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.PrepareRequest;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.routing.Vocabulary;
import io.changepost.testkit.FreePort;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CamelNodeTest {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  private final Path folder;

  CamelNodeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void nobody_is_told_of_exchanges_where_only_routes_are_counted() {
    assertThat(tellsOfExchanges(Map.of())).isFalse();
  }

  @Test
  void who_asks_to_be_told_of_exchanges_is_told() {
    assertThat(tellsOfExchanges(Map.of("camel.metrics.enableExchangeEventNotifier", "true")))
        .isTrue();
  }

  /** Of a node whose routes do not run yet, so that it needs no database. */
  private boolean tellsOfExchanges(Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    values.put("changepost.data.dir", folder.toString());
    values.put("changepost.http.port", Integer.toString(FreePort.next()));
    values.put("changepost.management.port", Integer.toString(FreePort.next()));
    ServerSettings settings = ServerSettings.of(RawSettings.of(values), HOME);
    try (Database nowhere =
            Database.open(new DatabaseSettings("jdbc:postgresql://127.0.0.1:9/none", "", "", 2));
        HardenedClient client = new HardenedClient(settings.delivery());
        Vocabulary words =
            new Vocabulary(
                new Vocabulary.Tools(
                    nowhere,
                    SecretBox.parse(SecretBox.newKey()),
                    client,
                    new PrepareRequest(settings.delivery())),
                settings.routing());
        CamelNode node = new CamelNode(settings)) {
      CamelContext context = node.start(words::bindTo);
      return context.getCamelContextExtension().isEventNotificationApplicable();
    }
  }
}
