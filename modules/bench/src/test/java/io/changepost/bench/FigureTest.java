package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {

  @Test
  void median_is_the_one_in_the_middle_or_between_the_two() {
    assertThat(Sample.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Sample.of(9, 1, 5, 6).median()).isEqualTo(5.5);
  }

  @Test
  void line_shows_the_spread_and_the_share_of_the_pairs() {
    Figure figure =
        Figure.of("a", "fan-out 1", Sample.of(4_900, 5_000, 5_200), "deliveries/s")
            .against(Sample.of(0.24, 0.26, 0.31), "bare client");
    assertThat(Table.line(figure))
        .contains("5,000  deliveries/s")
        .contains("4,900 - 5,200 (3)")
        .endsWith("0.26 of bare client, 0.24 - 0.31");
  }

  @Test
  void one_run_has_no_spread() {
    assertThat(Table.line(Figure.of("f", "second start", 1.5, "s")).stripTrailing())
        .endsWith("1.50  s");
  }
}
