package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.platform.OrganizationStore;
import io.changepost.persistence.platform.StatsStore;

/** What the operator manages: organizations, and the figures. */
final class OrganizationHandlers {

  private final OrganizationStore organizations;
  private final StatsStore stats;
  private final ApiSettings.Limits limits;

  OrganizationHandlers(
      OrganizationStore organizations, StatsStore stats, ApiSettings.Limits limits) {
    this.organizations = organizations;
    this.stats = stats;
    this.limits = limits;
  }

  void addTo(HandlerTable table, Write write) {
    table
        .add("createOrganization", write.with(this::createOrganization))
        .add("getOrganization", this::getOrganization)
        .add("listOrganizations", this::listOrganizations)
        .add("getStats", request -> Response.ok(json(stats.read())));
  }

  private Response createOrganization(Request request) {
    OrganizationStore.NewOrganization made = organizations.create(request.requiredField("name"));
    return Response.json(
        201, json(made.organization()).put("keyId", made.keyId()).put("key", made.key()));
  }

  private Response getOrganization(Request request) {
    OrganizationStore.Standing standing =
        organizations.standing(request.organization()).orElseThrow(Problem::notFound);
    ObjectNode body =
        json(standing.organization())
            .put("contacts", standing.contacts())
            .put("contactsLimit", limits.contacts())
            .put("webhooks", standing.webhooks())
            .put("webhooksLimit", limits.webhooks());
    ArrayNode notices = body.putArray("notices");
    if (standing.contacts() > limits.contacts() && standing.webhooks() > 0) {
      notices
          .addObject()
          .put("code", "contacts-over-limit")
          .put(
              "text",
              "You have "
                  + standing.contacts()
                  + " contacts; webhooks work for up to "
                  + limits.contacts()
                  + " (changepost.contacts.limit). You are notified of the "
                  + limits.contacts()
                  + " that were starred first, not of the others.");
    }
    return Response.ok(body);
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
