package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.platform.OrganizationStore;
import io.changepost.persistence.platform.StatsStore;

/** What the operator manages: organizations, and the figures. */
final class OrganizationHandlers {

  private final OrganizationStore organizations;
  private final StatsStore stats;

  OrganizationHandlers(OrganizationStore organizations, StatsStore stats) {
    this.organizations = organizations;
    this.stats = stats;
  }

  void addTo(HandlerTable table) {
    table
        .add("createOrganization", this::createOrganization)
        .add("listOrganizations", this::listOrganizations)
        .add("getStats", request -> Response.ok(json(stats.read())));
  }

  private Response createOrganization(Request request) {
    OrganizationStore.NewOrganization made = organizations.create(request.requiredField("name"));
    return Response.json(
        201, json(made.organization()).put("keyId", made.keyId()).put("key", made.key()));
  }

  private Response listOrganizations(Request request) {
    return Page.of(
        organizations.page(Cursor.idAfter(request), request.limit() + 1),
        request.limit(),
        OrganizationHandlers::json,
        organization -> Long.toString(organization.id()));
  }

  private static ObjectNode json(OrganizationStore.Organization organization) {
    return Json.object()
        .put("id", organization.id())
        .put("name", organization.name())
        .put("createdAt", Json.time(organization.createdAt()));
  }

  private static JsonNode json(StatsStore.Stats stats) {
    ObjectNode node =
        Json.object()
            .put("organizations", stats.organizations())
            .put("companies", stats.companies())
            .put("contacts", stats.contacts())
            .put("paused", stats.paused());
    node.putObject("webhooks")
        .put("active", stats.webhooks().active())
        .put("inactive", stats.webhooks().inactive())
        .put("paused", stats.webhooks().paused());
    node.set("outbox", json(stats.outbox()));
    node.set("pending", json(stats.pending()));
    return node;
  }

  private static JsonNode json(StatsStore.Waiting waiting) {
    return Json.object()
        .put("count", waiting.count())
        .put("oldestAt", Json.time(waiting.oldestAt()));
  }
}
