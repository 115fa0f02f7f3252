package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {

  @Test
  void are_values_that_were_measured() {
    Quantiles hundred =
        Quantiles.of(IntStream.rangeClosed(1, 100).mapToDouble(n -> 101 - n).toArray());
    assertThat(hundred.at(0.5)).isEqualTo(50);
    assertThat(hundred.at(0.99)).isEqualTo(99);
    assertThat(hundred.at(0.999)).isEqualTo(100);
  }

  @Test
  void of_nothing_are_not_a_number() {
    assertThat(Quantiles.of(new double[0]).at(0.5)).isNaN();
  }
}
