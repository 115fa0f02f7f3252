package io.changepost.app.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./changepost webhooks create …}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Makes a webhook and prints it with its secret.",
    footer = {
      "",
      "Example: ./changepost webhooks create https://example.com/hooks --organization 3"
          + " --on Company=create,update --on Document=create"
    })
final class CreateWebhookCommand implements Callable<Integer> {

  @Mixin private ActingOptions acting = new ActingOptions();

  @Parameters(paramLabel = "URL", description = "Where messages are posted to.")
  private String url = "";

  @Option(
      names = "--on",
      required = true,
      paramLabel = "OBJECT=ACTION,…",
      description =
          "What it wants to know: Company, CompanyRelation, CompanyRelationData, Document or"
              + " Message, with create, update, delete. May be given several times.")
  private Map<String, String> on = Map.of();

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Sent with every message; kept sealed. May be given several times.")
  private Map<String, String> headers = Map.of();

  @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
  private @Nullable String description;

  @Option(names = "--ordered", description = "Messages about one object one after the other.")
  private boolean ordered;

  @Override
  public Integer call() {
    JsonArray subscriptions = new JsonArray();
    on.forEach(
        (object, actions) ->
            subscriptions.add(
                new JsonObject()
                    .put("object", object)
                    .put("actions", new JsonArray(List.of(actions.split(","))))));
    JsonObject body = new JsonObject().put("url", url).put("subscriptions", subscriptions);
    if (!headers.isEmpty()) {
      body.put("headers", new JsonObject(Map.copyOf(headers)));
    }
    if (description != null) {
      body.put("description", description);
    }
    if (ordered) {
      body.put("ordered", true);
    }
    return WebhooksCommand.tell(acting, acting.api().post("/webhooks", body));
  }
}
