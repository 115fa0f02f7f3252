package io.changepost.app.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@Timeout(60)
class RehearsalTest {

  private static final Path ROUTES = Path.of("../../routes");

  @Test
  void an_idle_node_delivers_all_messages_of_its_rehearsal_to_itself() throws Exception {
    try (Rehearsal rehearsal = Rehearsal.begin(() -> true, 200)) {
      rehearsal.awaitFirst();
      assertThat(rehearsal.messages()).isPositive();

      rehearsal.awaitEnd();

      assertThat(rehearsal.messages()).isEqualTo(200);
    }
  }

  @Test
  void nothing_of_it_is_left_when_it_is_over() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    Rehearsal rehearsal = Rehearsal.begin(() -> true, 40);
    rehearsal.awaitEnd();

    assertThat(rehearsal.messages()).isEqualTo(40);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("changepost-") || name.startsWith("Camel")));
  }

  @Test
  void it_waits_while_the_node_has_something_to_deliver() throws Exception {
    AtomicLong asked = new AtomicLong();
    AtomicBoolean idle = new AtomicBoolean();
    try (Rehearsal rehearsal =
        Rehearsal.begin(
            () -> {
              asked.incrementAndGet();
              return idle.get();
            },
            40)) {
      Awaitility.await().until(() -> asked.get() > 5);
      assertThat(rehearsal.messages()).isZero();

      idle.set(true);
      rehearsal.awaitEnd();

      assertThat(rehearsal.messages()).isEqualTo(40);
    }
  }

  @Test
  void it_ends_soon_when_it_is_told_to() throws Exception {
    Rehearsal rehearsal = Rehearsal.begin(() -> true, Integer.MAX_VALUE);
    rehearsal.awaitFirst();
    assertThat(rehearsal.isOver()).isFalse();
    assertThat(rehearsal.messages()).isPositive();

    rehearsal.close();

    Awaitility.await().until(rehearsal::isOver);
  }

  @Test
  void its_steps_of_an_attempt_are_those_of_the_route_that_comes_with_changepost()
      throws IOException {
    List<?> rehearsed;
    try (InputStream file =
        RehearsalTest.class.getResourceAsStream("/rehearsal/rehearsal.camel.yaml")) {
      rehearsed = (List<?>) new Load(LoadSettings.builder().build()).loadFromInputStream(file);
    }

    assertThat(attemptSteps(rehearsed)).isEqualTo(attemptSteps(shipped("30-attempt.camel.yaml")));
  }

  private static List<?> shipped(String name) throws IOException {
    return (List<?>)
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(ROUTES.resolve(name)));
  }

  private static List<?> attemptSteps(List<?> file) {
    for (Object part : file) {
      if (((Map<?, ?>) part).get("route") instanceof Map<?, ?> route
          && "attempt".equals(route.get("id"))) {
        Map<?, ?> from = (Map<?, ?>) Objects.requireNonNull(route.get("from"));
        return (List<?>) Objects.requireNonNull(from.get("steps"));
      }
    }
    throw new AssertionError("no route of attempts");
  }
}
