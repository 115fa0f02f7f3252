package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One schema of the document, ready to judge values. Thread-safe. */
final class SchemaCheck {

  private static final Set<String> MALFORMED =
      Set.of(
          "type", "required", "additionalProperties", "unevaluatedProperties", "pattern", "format");
  private static final int MOST_ERRORS = 20;
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012))
          .metaSchema(
              JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                  .keyword(new NonValidationKeyword("components"))
                  .build())
          .build();
  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder()
          .formatAssertionsEnabled(true)
          .locale(Locale.ENGLISH)
          .pathType(PathType.JSON_PATH)
          .build();

  private final JsonNode text;
  private volatile @Nullable JsonSchema schema;

  private SchemaCheck(JsonNode text) {
    this.text = text;
  }

  /** A schema that stands in {@code document} and may refer to its components. */
  static SchemaCheck of(JsonNode schema, JsonNode document) {
    ObjectNode whole = Json.object();
    whole.set("components", document.get("components"));
    whole.putArray("allOf").add(schema);
    return new SchemaCheck(whole);
  }

  /** Reads the schema if need be; done when first used, because it would slow down the start. */
  JsonSchema schema() {
    JsonSchema ready = schema;
    if (ready == null) {
      ready = FACTORY.getSchema(text, CONFIG);
      schema = ready;
    }
    return ready;
  }

  /** What is wrong with the value, in the order of its fields; empty where it is right. */
  List<FieldError> errors(JsonNode value) {
    List<FieldError> errors = new ArrayList<>();
    Set<ValidationMessage> messages = schema().validate(value);
    Set<String> doubted = doubted(messages);
    for (ValidationMessage message : messages) {
      boolean isDoubted = isUnknown(message) && doubted.contains(message.getProperty());
      if (!isDoubted && !isSaidByAnother(message, messages)) {
        errors.add(error(message));
      }
    }
    errors.sort(Comparator.comparing(FieldError::field));
    return errors.size() > MOST_ERRORS ? List.copyOf(errors.subList(0, MOST_ERRORS)) : errors;
  }

  /**
   * That a branch did not hold, where the branch's own errors are there too; the pattern of a time,
   * where it is no time at all.
   */
  private static boolean isSaidByAnother(
      ValidationMessage message, Set<ValidationMessage> messages) {
    return message.getType().equals("if")
        || message.getType().equals("pattern")
            && messages.stream()
                .anyMatch(
                    other ->
                        other.getType().equals("format")
                            && other.getInstanceLocation().equals(message.getInstanceLocation()));
  }

  /**
   * Where one field of a value is wrong, the validator takes the others for unknown too. A name
   * that the document has for a field is none that nobody knows.
   */
  private Set<String> doubted(Set<ValidationMessage> messages) {
    long unknown = messages.stream().filter(SchemaCheck::isUnknown).count();
    return unknown == 0 || unknown == messages.size() ? Set.of() : names(text, new HashSet<>());
  }

  private static boolean isUnknown(ValidationMessage message) {
    return message.getType().equals("unevaluatedProperties");
  }

  private static Set<String> names(JsonNode schema, Set<String> found) {
    schema.path("properties").fieldNames().forEachRemaining(found::add);
    schema.forEach(part -> names(part, found));
    return found;
  }

  private static FieldError error(ValidationMessage message) {
    String path = message.getInstanceLocation().toString().substring(1);
    String parent = path.startsWith(".") ? path.substring(1) : path;
    String property = message.getProperty();
    String field = parent;
    if (property != null) {
      field = parent.isEmpty() ? property : parent + "." + property;
    }
    return new FieldError(field, text(message), MALFORMED.contains(message.getType()));
  }

  private static String text(ValidationMessage message) {
    return switch (message.getType()) {
      case "required" -> "is missing";
      case "additionalProperties", "unevaluatedProperties" -> "is no known field";
      case "format" -> "is no time as RFC 3339 has it, such as 2026-11-23T08:45:57Z";
      case "enum" -> "must be one of " + listed(argument(message, 0));
      case "minItems" -> "needs " + atLeast(argument(message, 0));
      case "maxItems" ->
          "may have at most " + argument(message, 0) + " entries, but has " + argument(message, 1);
      case "minLength" ->
          argument(message, 0).equals("1")
              ? "must not be empty"
              : "must be at least " + argument(message, 0) + " characters long";
      case "minimum" -> "must be at least " + argument(message, 0);
      case "maximum" -> "must be at most " + argument(message, 0);
      case "uniqueItems" -> "has an entry twice";
      default -> message.getError();
    };
  }

  private static String atLeast(String number) {
    return number.equals("1") ? "at least one entry" : "at least " + number + " entries";
  }

  /** {@code ["failed", "missed"]} as a sentence has it. */
  private static String listed(String values) {
    return values.replaceAll("[\\[\\]\"]", "");
  }

  private static String argument(ValidationMessage message, int number) {
    Object[] all = message.getArguments();
    return all == null || all.length <= number ? "" : String.valueOf(all[number]);
  }
}
