package io.changepost.api;

import java.util.Map;

/** Which class serves which operations. */
final class Handlers {

  private Handlers() {}

  static HandlerTable of(
      ApiStores stores, ApiSettings settings, Authenticate authenticate, OpenApi openApi) {
    HandlerTable table = new HandlerTable();
    table.add(
        "getOpenApi", request -> new Response(200, "application/yaml", openApi.text(), Map.of()));
    ApiStores.Callers callers = stores.callers();
    ApiStores.Platform platform = stores.platform();
    Write write = new Write(callers.acting(), callers.answered());
    new KeyHandlers(callers.keys(), platform.organizations(), authenticate).addTo(table, write);
    new AuditHandlers(callers.audit()).addTo(table);
    new OrganizationHandlers(platform.organizations(), platform.stats(), settings.limits())
        .addTo(table, write);
    new CompanyHandlers(platform.companies()).addTo(table);
    new RelationHandlers(platform.relations(), platform.relationData(), settings.limits())
        .addTo(table, write);
    new WebhookHandlers(
            stores.webhooks().settings(),
            new ReadWebhook(settings.sending().urlRules()),
            settings.limits(),
            write)
        .addTo(table);
    new WebhookStateHandlers(stores.webhooks(), settings, write).addTo(table);
    new SecretHandlers(
            stores.webhooks().secrets(),
            stores.webhooks().reseal(),
            settings.limits().secretsOverlap())
        .addTo(table, write);
    new DeliveryHandlers(
            stores.deliveries().reader(),
            stores.deliveries().replays(),
            stores.webhooks().settings(),
            settings.wake().sender())
        .addTo(table);
    new PauseHandlers(stores.deliveries().pause(), settings.wake().sender()).addTo(table);
    new InsightHandlers(stores.deliveries().insight()).addTo(table);
    new ChangeHandlers(stores.publish(), write, settings.wake().fanOut()).addTo(table);
    return table;
  }
}
