package io.changepost.persistence.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.change.PublishStore.Result;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

class PublishTogetherIT {

  private final TestDatabase fresh = TestPostgres.freshDatabase();
  private final Database database =
      Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 4));
  private final JdbcClient jdbc = JdbcClient.create(database.apiPool());

  /** What is to be run by the one thread that commits. */
  private final Queue<Runnable> commits = new ArrayDeque<>();

  private final PublishTogether together =
      new PublishTogether(new PublishStore(database), commits::add);

  @BeforeEach
  void migrate() {
    database.migrate();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static PublishedChange change(String objectId, String name, @Nullable String key) {
    String current = "{\"name\":\"" + name + "\"}";
    return new PublishedChange(
        new PublishedChange.Subject(ChangeObject.DOCUMENT, Action.CREATE, objectId, 12, null),
        new PublishedChange.Sides(current, null, current.length()),
        PublishedChange.Facts.NONE,
        null,
        null,
        key);
  }

  private static PublishedChange change(String objectId) {
    return change(objectId, "plan.pdf", null);
  }

  private static List<PublishedChange> changes(int from, int number) {
    return IntStream.range(from, from + number).mapToObj(i -> change("" + i)).toList();
  }

  private void commit() {
    for (Runnable next = commits.poll(); next != null; next = commits.poll()) {
      next.run();
    }
  }

  private static List<Long> ids(CompletableFuture<Result> call) {
    assertThat(call).isCompleted();
    return ((Result.Published) call.join()).changeIds();
  }

  private String objectId(long id) {
    return jdbc.sql("select object_id from changepost.outbox where id = ?")
        .param(id)
        .query(String.class)
        .single();
  }

  private int transactions() {
    return jdbc.sql("select count(distinct xmin::text) from changepost.outbox")
        .query(Integer.class)
        .single();
  }

  private int captured() {
    return jdbc.sql("select count(*) from changepost.outbox").query(Integer.class).single();
  }

  @Test
  void calls_that_wait_are_one_transaction_and_each_gets_its_own_ids() {
    CompletableFuture<Result> one = together.publish(changes(1, 1));
    CompletableFuture<Result> three = together.publish(changes(2, 3));
    CompletableFuture<Result> keyed = together.publish(List.of(change("5", "plan.pdf", "key 5")));
    assertThat(one).isNotDone();

    commit();

    assertThat(transactions()).isOne();
    assertThat(objectId(ids(one).get(0))).isEqualTo("1");
    assertThat(ids(three).stream().map(this::objectId)).containsExactly("2", "3", "4");
    assertThat(ids(three)).isSorted().allMatch(id -> id > ids(one).get(0));
    assertThat(objectId(ids(keyed).get(0))).isEqualTo("5");
  }

  /** Over and over, because the driver and the database plan a statement anew for a while. */
  @Test
  void many_changes_get_growing_ids_in_their_order() {
    for (int time = 0; time < 8; time++) {
      CompletableFuture<Result> many = together.publish(changes(time * 1_000, 1_000));
      commit();

      assertThat(ids(many)).isSorted().doesNotHaveDuplicates();
      assertThat(
              jdbc.sql("select object_id from changepost.outbox where id = any (?) order by id")
                  .param(ids(many).toArray(Long[]::new))
                  .query(String.class)
                  .list())
          .isEqualTo(
              IntStream.range(time * 1_000, time * 1_000 + 1_000).mapToObj(i -> "" + i).toList());
    }
  }

  @Test
  void whoever_comes_after_a_commit_is_committed_too() {
    CompletableFuture<Result> first = together.publish(changes(1, 1));
    commit();
    CompletableFuture<Result> second = together.publish(changes(2, 1));
    commit();

    assertThat(ids(second).get(0)).isGreaterThan(ids(first).get(0));
    assertThat(transactions()).isEqualTo(2);
  }

  @Test
  void no_transaction_has_more_than_a_thousand_changes() {
    CompletableFuture<Result> most = together.publish(changes(1, 1_000));
    CompletableFuture<Result> few = together.publish(changes(1_001, 600));
    CompletableFuture<Result> many = together.publish(changes(1_601, 600));

    commit();

    assertThat(List.of(ids(most).size(), ids(few).size(), ids(many).size()))
        .containsExactly(1_000, 600, 600);
    assertThat(transactions()).isEqualTo(3);
  }

  @Test
  void a_call_that_the_database_refuses_takes_none_with_it() {
    CompletableFuture<Result> before = together.publish(changes(1, 1));
    CompletableFuture<Result> refused =
        together.publish(List.of(change("2"), change("nul \u0000")));
    CompletableFuture<Result> after = together.publish(changes(3, 1));

    commit();

    assertThat(objectId(ids(before).get(0))).isEqualTo("1");
    assertThat(refused)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(DataIntegrityViolationException.class);
    assertThat(objectId(ids(after).get(0))).isEqualTo("3");
    assertThat(captured()).isEqualTo(2);
  }

  @Test
  void a_key_that_stood_for_other_content_refuses_its_own_call_alone() {
    CompletableFuture<Result> first = together.publish(List.of(change("1", "a", "key")));
    CompletableFuture<Result> other =
        together.publish(List.of(change("2"), change("1", "b", "key")));
    CompletableFuture<Result> again = together.publish(List.of(change("1", "a", "key")));

    commit();

    assertThat(other.join()).isEqualTo(new Result.KeyTaken(1));
    assertThat(ids(again)).isEqualTo(ids(first));
    assertThat(captured()).isOne();
  }

  @Test
  void a_key_that_another_session_holds_fails_its_own_call_alone() throws SQLException {
    try (Connection other = fresh.connect();
        Statement holding = other.createStatement()) {
      other.setAutoCommit(false);
      holding.execute(
          """
          insert into changepost.published (idempotency_key, fingerprint, change_id)
          values ('held', sha256('other'), 1)""");
      CompletableFuture<Result> before = together.publish(changes(1, 1));
      CompletableFuture<Result> held = together.publish(List.of(change("2", "a", "held")));
      CompletableFuture<Result> after = together.publish(changes(3, 1));

      commit();

      assertThat(objectId(ids(before).get(0))).isEqualTo("1");
      assertThat(held).isCompletedExceptionally();
      assertThat(objectId(ids(after).get(0))).isEqualTo("3");
      other.rollback();
    }
  }

  @Test
  void a_commit_that_could_not_begin_keeps_nobody_waiting() {
    AtomicInteger tries = new AtomicInteger();
    PublishTogether unlucky =
        new PublishTogether(
            new PublishStore(database),
            task -> {
              if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              task.run();
            });

    assertThat(unlucky.publish(changes(1, 1))).isCompletedExceptionally();
    assertThat(objectId(ids(unlucky.publish(changes(2, 1))).get(0))).isEqualTo("2");
  }

  @Test
  void what_no_call_is_to_blame_for_fails_all_that_wait_and_none_that_comes_later() {
    CompletableFuture<Result> one = together.publish(changes(1, 1));
    CompletableFuture<Result> two = together.publish(changes(2, 1));
    jdbc.sql("alter table changepost.outbox rename to away").update();
    commit();
    assertThat(one).isCompletedExceptionally();
    assertThat(two).isCompletedExceptionally();

    jdbc.sql("alter table changepost.away rename to outbox").update();
    CompletableFuture<Result> three = together.publish(changes(3, 1));
    commit();
    assertThat(objectId(ids(three).get(0))).isEqualTo("3");
  }
}
