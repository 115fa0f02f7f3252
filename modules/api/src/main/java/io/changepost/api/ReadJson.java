package io.changepost.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a request's JSON strictly: UTF-8 without a byte order mark, no duplicate key, no trailing
 * text, no text that the database cannot keep, no number that takes long to handle. The objects
 * under the raw fields (of the top-level object, or of each in the top-level array) are checked but
 * kept as text; there any digits, escapes and duplicates may stand.
 */
final class ReadJson {

  private static final int LONGEST_NUMBER = 40;
  private static final int DEEPEST = 1000;
  private static final int DEEPEST_READ = 32;

  /** Where else the reader points at; it says beside that it does not show the text. */
  private static final Pattern OTHER_PLACE =
      Pattern.compile("\\[Source: [^;\\]]*; (line: \\d+, column: \\d+)]");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(HttpApi.LARGEST_BODY)
                  .maxNameLength(HttpApi.LARGEST_BODY)
                  .maxStringLength(HttpApi.LARGEST_BODY)
                  .build())
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String text;
  private final JsonParser parser;
  private final Set<String> rawFields;

  private ReadJson(String text, JsonParser parser, Set<String> rawFields) {
    this.text = text;
    this.parser = parser;
    this.rawFields = rawFields;
  }

  /**
   * The tree of that JSON text.
   *
   * @throws Problem 400 where it is none
   */
  static JsonNode tree(byte[] bytes, Set<String> rawFields) {
    String text = decode(bytes);
    try (JsonParser parser = FACTORY.createParser(text.toCharArray())) {
      return new ReadJson(text, parser, rawFields).whole();
    } catch (JsonParseException | com.fasterxml.jackson.core.exc.StreamConstraintsException e) {
      throw notJson(
          OTHER_PLACE.matcher(e.getOriginalMessage()).replaceAll("$1") + where(e.getLocation()));
    } catch (IOException e) {
      throw notJson("it ends too early");
    }
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw notJson("it is not UTF-8");
    }
  }

  private static String where(com.fasterxml.jackson.core.JsonLocation location) {
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private static Problem notJson(String why) {
    return Problem.malformed("", "The body is not valid JSON: " + why);
  }

  private JsonNode whole() throws IOException {
    if (parser.nextToken() == null) {
      throw notJson("it is empty");
    }
    JsonNode node = value("", 0, true);
    if (parser.nextToken() != null) {
      throw notJson("something follows its end");
    }
    return node;
  }

  private JsonNode value(String path, int depth, boolean top) throws IOException {
    JsonToken token = parser.currentToken();
    if (depth > DEEPEST_READ) {
      throw Problem.malformed(path, "nested too deep");
    }
    return switch (token) {
      case START_OBJECT -> object(path, depth, top);
      case START_ARRAY -> array(path, depth, top);
      case VALUE_STRING -> NODES.textNode(clean(path, parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(path);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw notJson("unexpected " + token);
    };
  }

  private ObjectNode object(String path, int depth, boolean top) throws IOException {
    ObjectNode node = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = clean(path, parser.currentName());
      String field = path.isEmpty() ? name : path + "." + name;
      if (node.has(name)) {
        throw Problem.malformed(field, "is there twice");
      }
      boolean raw = top && rawFields.contains(name);
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      node.set(name, raw && object ? raw() : value(field, depth + 1, false));
    }
    return node;
  }

  private RawObject raw() throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    int end = (int) parser.currentLocation().getCharOffset();
    return new RawObject(text.substring(start, end));
  }

  private ArrayNode array(String path, int depth, boolean top) throws IOException {
    ArrayNode node = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean member = top && depth == 0 && parser.currentToken() == JsonToken.START_OBJECT;
      node.add(value(path + "[" + node.size() + "]", depth + 1, member));
    }
    return node;
  }

  /** No field takes a fraction, but a schema must see what was sent. */
  private JsonNode number(String path) throws IOException {
    if (parser.getTextLength() > LONGEST_NUMBER) {
      throw Problem.malformed(path, "a number too long");
    }
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          ? NODES.numberNode(parser.getBigIntegerValue())
          : NODES.numberNode(parser.getLongValue());
    }
    try {
      BigDecimal value = new BigDecimal(parser.getText());
      if (Math.abs((long) value.scale()) <= LONGEST_NUMBER) {
        return NODES.numberNode(value);
      }
    } catch (NumberFormatException exponentTooLarge) {
      // Said below, like those that can be read.
    }
    throw Problem.malformed(path, "a number out of range");
  }

  private static String clean(String path, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < value.length()
              && Character.isLowSurrogate(value.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw Problem.refused(path, "has a NUL character or half a surrogate pair");
      }
    }
    return value;
  }
}
