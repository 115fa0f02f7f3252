package io.changepost.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class DemoIT {

  @Test
  void five_seconds_of_it_lose_nothing() throws Exception {
    Path home = Path.of("../..").toRealPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    Print print = new Print(out, false, Clock.systemUTC());
    Summary summary = new Demo(home, Ports.free(), print).run(5);

    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(summary.good()).as(printed).isTrue();
    assertThat(summary.messages()).isEqualTo(new Summary.Messages(5, 4, 4, 1));
    assertThat(printed)
        .contains("signature verified", "the receiver was told to fail")
        .contains("5 changes, 4 messages expected, 4 arrived, 0 missing, 1 resent,")
        .doesNotContain("\u001b");
  }
}
