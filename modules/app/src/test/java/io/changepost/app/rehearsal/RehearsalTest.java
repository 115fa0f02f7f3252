package io.changepost.app.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@Timeout(60)
class RehearsalTest {

  private static final Path ROUTES = Path.of("../../routes");

  @Test
  void an_idle_node_delivers_all_messages_of_its_rehearsal_to_itself() throws Exception {
    try (Rehearsal rehearsal = Rehearsal.begin(() -> true, new Rehearsal.Extent(1, 200, 1_000))) {
      rehearsal.awaitFirst();
      assertThat(rehearsal.messages()).isPositive();

      rehearsal.awaitEnd();

      assertThat(rehearsal.messages()).isEqualTo(200);
    }
  }

  @Test
  void each_act_begins_anew_and_delivers_all_of_its_messages() throws Exception {
    try (Rehearsal rehearsal = Rehearsal.begin(() -> true, new Rehearsal.Extent(3, 300, 1_000))) {
      rehearsal.awaitEnd();

      assertThat(rehearsal.messages()).isEqualTo(900);
    }
  }

  @Test
  void nobody_who_looks_at_the_beans_of_the_process_sees_it() throws Exception {
    MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
    List<MBeanServer> before = MBeanServerFactory.findMBeanServer(null);
    List<Set<ObjectName>> seen = new CopyOnWriteArrayList<>();
    ObjectName rehearsal = new ObjectName("org.apache.camel:context=rehearsal,*");
    BooleanSupplier look = () -> seen.add(platform.queryNames(rehearsal, null));

    Rehearsal begun = Rehearsal.begin(look, new Rehearsal.Extent(1, 40, 1_000));
    begun.awaitEnd();

    assertThat(begun.messages()).isEqualTo(40);
    assertThat(seen).isNotEmpty().allSatisfy(names -> assertThat(names).isEmpty());
    assertThat(MBeanServerFactory.findMBeanServer(null)).isEqualTo(before);
  }

  @Test
  void nothing_of_it_is_left_when_it_is_over() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    Rehearsal rehearsal = Rehearsal.begin(() -> true, new Rehearsal.Extent(1, 40, 1_000));
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
            new Rehearsal.Extent(1, 40, 1_000))) {
      Awaitility.await().until(() -> asked.get() > 5);
      assertThat(rehearsal.messages()).isZero();

      idle.set(true);
      rehearsal.awaitEnd();

      assertThat(rehearsal.messages()).isEqualTo(40);
    }
  }

  @Test
  void it_ends_soon_when_it_is_told_to() throws Exception {
    Rehearsal rehearsal =
        Rehearsal.begin(() -> true, new Rehearsal.Extent(1, Integer.MAX_VALUE, 1_000));
    rehearsal.awaitFirst();
    assertThat(rehearsal.isOver()).isFalse();
    assertThat(rehearsal.messages()).isPositive();

    rehearsal.close();

    Awaitility.await().until(rehearsal::isOver);
  }

  @ParameterizedTest
  @CsvSource({
    "fan-out,        10-fan-out.camel.yaml",
    "start-attempts, 20-claim.camel.yaml",
    "attempt,        30-attempt.camel.yaml"
  })
  void its_steps_are_those_of_the_route_that_comes_with_changepost(String route, String file)
      throws IOException {
    List<?> rehearsed;
    try (InputStream routes =
        RehearsalTest.class.getResourceAsStream("/rehearsal/rehearsal.camel.yaml")) {
      rehearsed = (List<?>) new Load(LoadSettings.builder().build()).loadFromInputStream(routes);
    }

    assertThat(steps(rehearsed, route)).isEqualTo(steps(shipped(file), route));
  }

  private static List<?> shipped(String name) throws IOException {
    return (List<?>)
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(ROUTES.resolve(name)));
  }

  private static List<?> steps(List<?> file, String id) {
    for (Object part : file) {
      if (((Map<?, ?>) part).get("route") instanceof Map<?, ?> route
          && id.equals(route.get("id"))) {
        Map<?, ?> from = (Map<?, ?>) Objects.requireNonNull(route.get("from"));
        return (List<?>) Objects.requireNonNull(from.get("steps"));
      }
    }
    throw new AssertionError("no route " + id);
  }
}
