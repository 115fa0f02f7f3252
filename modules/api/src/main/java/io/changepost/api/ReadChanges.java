package io.changepost.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.domain.RawJson;
import io.changepost.domain.Star;
import io.changepost.persistence.change.PublishedChange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the body of publishChanges into changes; judges what a schema cannot say. */
final class ReadChanges {

  private static final int MOST_BYTES = 256 * 1024;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<FieldError> errors = new ArrayList<>();

  private ReadChanges() {}

  /**
   * The changes of a body that the schema has accepted.
   *
   * @throws Problem 422 where a value is refused, 413 where a change is too large
   */
  static List<PublishedChange> of(JsonNode body) {
    ReadChanges reader = new ReadChanges();
    List<PublishedChange> changes = new ArrayList<>();
    if (body.isArray()) {
      for (int i = 0; i < body.size(); i++) {
        changes.add(reader.change("[" + i + "].", body.get(i)));
      }
    } else {
      changes.add(reader.change("", body));
    }
    if (!reader.errors.isEmpty()) {
      throw Problem.invalid(reader.errors);
    }
    return changes;
  }

  private PublishedChange change(String path, JsonNode node) {
    ChangeObject object = ChangeObject.of(node.get("object").textValue()).orElseThrow();
    Action action = Action.of(node.get("action").textValue()).orElseThrow();
    JsonNode owner = node.path("organizationId");
    Long organizationId = owner.isNumber() ? Long.valueOf(owner.longValue()) : null;
    if (object.isOwned() && organizationId == null) {
      errors.add(FieldError.refused(path + "organizationId", "is needed for " + object.word()));
    }
    PublishedChange.Sides sides = sides(path, node, action);
    String occurredAt = node.path("occurredAt").textValue();
    return new PublishedChange(
        new PublishedChange.Subject(
            object,
            action,
            node.get("objectId").textValue(),
            node.get("companyId").longValue(),
            organizationId),
        sides,
        object == ChangeObject.COMPANY_RELATION ? facts(sides) : PublishedChange.Facts.NONE,
        occurredAt == null ? null : Request.time(path + "occurredAt", occurredAt),
        node.path("traceparent").textValue(),
        node.path("idempotencyKey").textValue());
  }

  private PublishedChange.Sides sides(String path, JsonNode node, Action action) {
    String current = raw(node.path("current"));
    String previous = raw(node.path("previous"));
    expect(path + "current", current, action != Action.DELETE, action);
    expect(path + "previous", previous, action != Action.CREATE, action);
    int bytes = bytes(current) + bytes(previous);
    if (bytes > MOST_BYTES) {
      throw Problem.tooLarge(
          (path.isEmpty() ? "The change" : "The change " + path.substring(0, path.length() - 1))
              + " has "
              + bytes
              + " bytes in current and previous; a change has at most 256 KiB.");
    }
    return new PublishedChange.Sides(current, previous, bytes);
  }

  private void expect(String field, @Nullable String side, boolean there, Action action) {
    if (there && side == null) {
      errors.add(FieldError.refused(field, "must be an object in a " + action.word()));
    } else if (!there && side != null) {
      errors.add(FieldError.refused(field, "must be null in a " + action.word()));
    }
  }

  private static @Nullable String raw(JsonNode side) {
    return side instanceof RawObject object ? object.text() : null;
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static PublishedChange.Facts facts(PublishedChange.Sides sides) {
    RawJson current = RawJson.of(sides.current() == null ? "" : sides.current());
    RawJson previous = RawJson.of(sides.previous() == null ? "" : sides.previous());
    Star star = star(current);
    Star before = star(previous);
    RawJson starred = star != null && star.isContact() ? current : previous;
    return new PublishedChange.Facts(
        star == null ? null : star.word(), before == null ? null : before.word(), since(starred));
  }

  private static @Nullable Star star(RawJson side) {
    String word = member(side, Set.of("star"));
    return word == null ? null : Star.of(word).orElse(null);
  }

  /** What cannot be read as a time says nothing; it is the host's own text, not ours to refuse. */
  private static @Nullable Instant since(RawJson side) {
    String text = member(side, Set.of("starredAt", "starred_at"));
    try {
      return text == null ? null : Request.time("starredAt", text);
    } catch (Problem notATime) {
      return null;
    }
  }

  /** The last member of one of these names, where it is a string. */
  private static @Nullable String member(RawJson side, Set<String> names) {
    for (int i = side.names().size() - 1; i >= 0; i--) {
      if (names.contains(side.name(i))) {
        try {
          return MAPPER.readTree(side.value(i)).textValue();
        } catch (JsonProcessingException e) {
          return null;
        }
      }
    }
    return null;
  }
}
