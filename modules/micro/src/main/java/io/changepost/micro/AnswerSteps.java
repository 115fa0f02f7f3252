package io.changepost.micro;

import io.changepost.delivery.ClassifyAnswer;
import io.changepost.domain.Answer;
import io.changepost.domain.MessageId;
import io.changepost.domain.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;

/** The steps whose cost does not follow the size of the message; run with one size. */
public class AnswerSteps {

  private static final Duration TOOK = Duration.ofMillis(12);

  @Benchmark
  public Answer classify_success(Samples samples) {
    return ClassifyAnswer.of(200, null, samples.answerBody, samples.at, TOOK);
  }

  @Benchmark
  public Answer classify_retry_after(Samples samples) {
    return ClassifyAnswer.of(503, "120", samples.answerBody, samples.at, TOOK);
  }

  @Benchmark
  public Answer classify_retry_after_date(Samples samples) {
    return ClassifyAnswer.of(
        503, "Mon, 23 Nov 2026 08:55:57 GMT", samples.answerBody, samples.at, TOOK);
  }

  @Benchmark
  public Answer classify_timeout(Samples samples) {
    return ClassifyAnswer.of(samples.timeout, samples.at, TOOK);
  }

  @Benchmark
  public Outcome decide_success(Samples samples) {
    return samples.decide.after(1, samples.age, samples.success, 0.5);
  }

  @Benchmark
  public Outcome decide_failure(Samples samples) {
    return samples.decide.after(1, samples.age, samples.failure, 0.5);
  }

  @Benchmark
  public String id_text(Samples samples) {
    return samples.id.text();
  }

  @Benchmark
  public Optional<MessageId> id_parse(Samples samples) {
    return MessageId.parse(samples.idText);
  }
}
