package io.changepost.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.app.server.RouteBook;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteDocumentTest {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  private static List<RouteBook.Entry> shipped() {
    return RouteBook.read(ServerSettings.of(RawSettings.of(Map.of()), HOME));
  }

  @Test
  void the_page_in_docs_is_that_of_the_routes_as_they_are() throws IOException {
    assertThat(HOME.resolve("docs/routes.md"))
        .as("make it anew: ./changepost routes document > docs/routes.md")
        .hasContent(RouteDocument.of(shipped()));
  }

  @Test
  void the_picture_shows_the_way_of_a_message() {
    assertThat(RouteDocument.of(shipped()))
        .contains(
            "filter-by-subscriptions.sql\"]) --> fan_out",
            "fan_out --> start_attempts",
            "claim --> start_attempts",
            "start_attempts --> attempt",
            "attempt --> http_endpoint_invalid((\"the customer's endpoint\"))",
            "attempt --> outcome",
            "outcome --> webhook_inactive");
  }
}
