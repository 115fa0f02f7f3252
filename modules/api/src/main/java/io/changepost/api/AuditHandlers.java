package io.changepost.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.access.AuditStore;
import java.util.Objects;

/** The audit log. */
final class AuditHandlers {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final AuditStore audit;

  AuditHandlers(AuditStore audit) {
    this.audit = audit;
  }

  void addTo(HandlerTable table) {
    table.add("listAudit", this::list);
  }

  private Response list(Request request) {
    Long webhook = request.longOrNull("webhookId");
    AuditStore.Filter filter =
        new AuditStore.Filter(
            request.timeOrNull("since"),
            request.timeOrNull("until"),
            webhook == null ? null : "webhook " + webhook,
            Objects.requireNonNullElse(Cursor.read(request, Long::valueOf), Long.MAX_VALUE));
    return Page.of(
        audit.page(request.organization(), filter, request.limit() + 1),
        request.limit(),
        AuditHandlers::json,
        entry -> Long.toString(entry.id()));
  }

  private static JsonNode json(AuditStore.Entry entry) {
    ObjectNode node =
        Json.object()
            .put("id", entry.id())
            .put("at", Json.time(entry.at()))
            .put("actor", entry.actor())
            .put("action", entry.action())
            .put("subject", entry.subject());
    try {
      node.set("detail", entry.detail() == null ? Json.object() : MAPPER.readTree(entry.detail()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("audit entry " + entry.id() + " is no JSON", e);
    }
    return node;
  }
}
