package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Holds answers to what openapi.yaml says of them. */
final class CheckAnswer {

  /** What any call may be answered, so that openapi.yaml says it once; all else it says of each. */
  private static final Set<Integer> UNTOLD = Set.of(408, 413, 415, 500, 503);

  private final OpenApi openApi = OpenApi.load();
  private final JsonNode document;
  private final Map<String, SchemaCheck> checks = new ConcurrentHashMap<>();
  private final Set<String> called = ConcurrentHashMap.newKeySet();

  CheckAnswer() {
    try {
      document = new YAMLMapper().readTree(openApi.text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operations that were answered with 2xx so far. */
  Set<String> called() {
    return called;
  }

  List<Operation> operations() {
    return openApi.operations();
  }

  void check(String method, String path, Answer answer) {
    Operation operation =
        openApi.at(path.replaceFirst("\\?.*", "")).stream()
            .filter(one -> one.method().equals(method))
            .findFirst()
            .orElse(null);
    JsonNode response =
        operation == null
            ? document.at("/components/responses/Problem")
            : response(operation, answer.status());
    assertThat(response.isMissingNode())
        .as("%s %s answers %s, which is not described", method, path, answer.status())
        .isFalse();
    if (operation != null && answer.status() / 100 == 2) {
      called.add(operation.id());
    }
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(answer.text()).as("%s %s", method, path).isEmpty();
      return;
    }
    Map.Entry<String, JsonNode> type = content.properties().iterator().next();
    assertThat(answer.header("Content-Type")).contains(type.getKey());
    if (!type.getKey().equals("application/yaml")) {
      SchemaCheck check =
          checks.computeIfAbsent(
              type.getValue().get("schema").toString(),
              text -> SchemaCheck.of(type.getValue().get("schema"), document));
      assertThat(check.errors(answer.body()))
          .as("%s %s: %s", method, path, answer.text())
          .isEmpty();
    }
  }

  private JsonNode response(Operation operation, int status) {
    String path = String.join("/", operation.path());
    JsonNode responses =
        document
            .get("paths")
            .get(path)
            .get(operation.method().toLowerCase(Locale.ROOT))
            .get("responses");
    JsonNode found = responses.path(Integer.toString(status));
    if (found.isMissingNode() && UNTOLD.contains(status)) {
      found = responses.path("default");
    }
    JsonNode reference = found.get("$ref");
    return reference == null ? found : document.at(reference.textValue().substring(1));
  }
}
