package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {

  @Test
  void every_word_that_a_route_may_use_is_in_the_readme() throws IOException {
    String readme = Files.readString(Path.of("../../routes/README.md"));

    Vocabulary.WORDS.forEach(
        (word, type) -> {
          assertThat(readme).contains("`" + word);
          assertThat(methods(type))
              .as(word)
              .allMatch(method -> readme.matches("(?s).*`(" + word + "\\.)?" + method + "[`(].*"));
        });
  }

  private static List<String> methods(Class<?> type) {
    if (!type.getPackage().equals(Vocabulary.class.getPackage())) {
      return List.of();
    }
    return Arrays.stream(type.getDeclaredMethods())
        .filter(one -> Modifier.isPublic(one.getModifiers()) && !one.isSynthetic())
        .map(Method::getName)
        .distinct()
        .toList();
  }
}
