package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PlotTest {

  @Test
  void axes_have_round_steps() {
    assertThat(Svg.step(4.7)).isEqualTo(1);
    assertThat(Svg.step(26)).isEqualTo(10);
    assertThat(Svg.step(37_000)).isEqualTo(10_000);
    assertThat(Svg.tick(12_500)).isEqualTo("12,500");
    assertThat(Svg.tick(0.25)).isEqualTo("0.25");
  }

  @Test
  void plots_are_well_formed_and_name_their_series() throws Exception {
    Plot plot = new Plot("p", "Commit < arrival", "changes a second", "ms");
    plot.point("p50", "50", 1.5);
    plot.point("p50", "200", 2.5);
    Bars bars = new Bars("b", "Deliveries a second", "bare client", "Changepost");
    bars.bar("fan-out 1", 20_000, 6_000);
    for (String svg : new String[] {plot.svg(), bars.svg()}) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg)));
    }
    assertThat(plot.svg()).contains(">p50<", ">200<", "Commit &lt; arrival (ms)");
    assertThat(bars.svg()).contains(">Changepost<", ">6,000<");
  }
}
