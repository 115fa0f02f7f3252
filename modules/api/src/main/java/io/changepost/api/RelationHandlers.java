package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.domain.Star;
import io.changepost.persistence.platform.Relation;
import io.changepost.persistence.platform.RelationDataStore;
import io.changepost.persistence.platform.RelationStore;
import org.jspecify.annotations.Nullable;

/** Relations, and what an organization keeps on them. */
final class RelationHandlers {

  private static final int MOST_DATA = 200;

  private final RelationStore relations;
  private final RelationDataStore data;
  private final ApiSettings.Limits limits;

  RelationHandlers(RelationStore relations, RelationDataStore data, ApiSettings.Limits limits) {
    this.relations = relations;
    this.data = data;
    this.limits = limits;
  }

  void addTo(HandlerTable table, Write write) {
    table
        .add("getRelations", this::getRelations)
        .add("putRelation", write.with(this::putRelation))
        .add("removeRelation", write.with(this::removeRelation))
        .add("addRelationData", write.with(this::addRelationData))
        .add("updateRelationData", write.with(this::updateRelationData))
        .add("removeRelationData", write.with(this::removeRelationData));
  }

  private Response getRelations(Request request) {
    RelationStore.Found found =
        relations.page(
            request.organization(),
            star(request.textOrNull("star")),
            request.longOrNull("companyId"),
            Cursor.idAfter(request),
            request.limit());
    return Page.of(
        found.items(),
        found.more(),
        RelationHandlers::json,
        relation -> Long.toString(relation.id()));
  }

  private static @Nullable Star star(@Nullable String word) {
    return word == null ? null : Star.of(word).orElseThrow();
  }

  private Response putRelation(Request request) {
    Star star = Star.of(request.requiredField("star")).orElseThrow();
    RelationStore.Marking marking =
        relations.mark(request.organization(), request.id("companyId"), star, limits.contacts());
    if (marking instanceof RelationStore.Marking.Marked marked) {
      return Response.json(marked.created() ? 201 : 200, json(marked.relation()));
    }
    if (marking instanceof RelationStore.Marking.TooManyContacts tooMany) {
      throw contactLimit(limits.contacts(), tooMany.count());
    }
    throw Problem.of(404, "no-company", "No such company", "There is no company of that id.");
  }

  static Problem contactLimit(int limit, long count) {
    return Problem.limit(
        "contact-limit",
        "Too many contacts",
        "An organization with a webhook has at most "
            + limit
            + " contacts (changepost.contacts.limit); this one has "
            + count
            + ".",
        limit,
        count);
  }

  private Response removeRelation(Request request) {
    if (!relations.remove(request.organization(), request.id("companyId"))) {
      throw Problem.notFound();
    }
    return Response.noContent();
  }

  private Response addRelationData(Request request) {
    String name = request.requiredField("name");
    RelationDataStore.Adding adding =
        data.add(
            request.organization(),
            request.id("companyId"),
            name,
            request.requiredField("value"),
            MOST_DATA);
    if (adding instanceof RelationDataStore.Adding.Added added) {
      return Response.json(201, json(added.datum()));
    }
    if (adding instanceof RelationDataStore.Adding.NameExists) {
      throw Problem.conflict(
          "name-exists", "The name exists", "The relation has a value of that name.");
    }
    if (adding instanceof RelationDataStore.Adding.TooMany) {
      throw Problem.limit(
          "data-limit",
          "Too many values",
          "A relation has at most " + MOST_DATA + " values; remove one first.",
          MOST_DATA,
          MOST_DATA);
    }
    throw Problem.notFound();
  }

  private Response updateRelationData(Request request) {
    return data.update(
            request.organization(),
            request.id("companyId"),
            request.id("dataId"),
            request.requiredField("value"))
        .map(datum -> Response.ok(json(datum)))
        .orElseThrow(Problem::notFound);
  }

  private Response removeRelationData(Request request) {
    if (!data.remove(request.organization(), request.id("companyId"), request.id("dataId"))) {
      throw Problem.notFound();
    }
    return Response.noContent();
  }

  private static JsonNode json(Relation relation) {
    ObjectNode node =
        Json.object()
            .put("id", relation.id())
            .put("companyId", relation.companyId())
            .put("companyName", relation.companyName())
            .put("star", relation.star().word())
            .put("starredAt", Json.time(relation.starredAt()));
    node.set("data", Json.array(relation.data(), RelationHandlers::json));
    return node;
  }

  private static JsonNode json(Relation.Datum datum) {
    return Json.object()
        .put("id", datum.id())
        .put("name", datum.name())
        .put("value", datum.value());
  }
}
