package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {

  private final AtomicLong clock = new AtomicLong();
  private final RecentAnswers answers = new RecentAnswers(clock::get);

  @Test
  void an_answer_is_forgotten_after_two_minutes() {
    answers.note(7, answer(500, 20));
    assertThat(answers.webhooks()).containsExactly(7L);
    clock.addAndGet(Duration.ofSeconds(121).toNanos());
    assertThat(answers.webhooks()).isEmpty();
  }

  @Test
  void who_does_not_answer_is_failing_until_it_does() {
    answers.note(7, answer(null, 15_000));
    assertThat(answers.isFailing(7)).isTrue();
    assertThat(answers.isAnswering(7)).isFalse();
    answers.note(7, answer(204, 20));
    assertThat(answers.isFailing(7)).isFalse();
    assertThat(answers.isAnswering(7)).isTrue();
  }

  @Test
  void who_takes_more_than_50_ms_answers_but_is_not_quick() {
    answers.note(7, answer(200, 50));
    assertThat(answers.isQuick(7)).isTrue();
    answers.note(7, answer(200, 51));
    assertThat(answers.isQuick(7)).isFalse();
    assertThat(answers.isAnswering(7)).isTrue();
    answers.note(7, answer(200, 1));
    answers.note(7, answer(null, 15_000));
    assertThat(answers.isQuick(7)).isFalse();
  }

  @Test
  void another_look_is_worth_it_for_one_that_answers_or_for_many_unknown() {
    assertThat(answers.isWorthAnotherLook(List.of())).isFalse();
    assertThat(answers.isWorthAnotherLook(unknown(15))).isFalse();
    assertThat(answers.isWorthAnotherLook(unknown(16))).isTrue();
    answers.note(1, answer(200, 20));
    assertThat(answers.isWorthAnotherLook(unknown(1))).isTrue();
  }

  @Test
  void another_look_is_not_worth_it_for_those_that_hang() {
    unknown(256).forEach(id -> answers.note(id, answer(null, 15_000)));
    assertThat(answers.isWorthAnotherLook(unknown(256))).isFalse();
  }

  private static List<Long> unknown(int number) {
    return LongStream.rangeClosed(1, number).boxed().toList();
  }

  private static Answer answer(@Nullable Integer status, long millis) {
    return new Answer(
        Instant.EPOCH,
        Duration.ofMillis(millis),
        status,
        status == null ? "timeout" : null,
        false,
        null,
        null);
  }
}
