package io.changepost.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ChangepostTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    CommandLine line = Changepost.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(words);
  }

  @Test
  void help_names_what_there_is() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("start", "demo", "routes", "CHANGEPOST_JAVA_OPTS", "Exit status")
        .doesNotContain("warm-up");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void version_tells_the_product() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("Changepost ");
  }

  @ParameterizedTest
  @CsvSource({
    "strat, 'strat', ./changepost --help",
    "--prot, --prot, ./changepost --help",
    "'', a command is missing, ./changepost --help",
    "start --port=8080, --port=8080, ./changepost start --help",
    "routes, 'check, list or document', ./changepost routes --help",
    "webhooks, needs a command, ./changepost webhooks --help",
    "demo --seconds x, --seconds, ./changepost demo --help",
  })
  void a_wrong_command_line_is_one_line_and_status_2(String words, String wrong, String hint) {
    assertThat(run(words.isEmpty() ? new String[0] : words.split(" "))).isEqualTo(2);
    assertThat(err.toString().strip().lines())
        .singleElement()
        .asString()
        .contains(wrong)
        .contains(hint);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_lookup_that_failed_is_made_again_and_tells_why_again() {
    Changepost.forgetFailedLookups();
    String first = failureOf("nobody.changepost.invalid");
    assertThat(first).isNotEqualTo("nobody.changepost.invalid");
    assertThat(failureOf("nobody.changepost.invalid")).isEqualTo(first);
  }

  private static String failureOf(String name) {
    try {
      InetAddress.getAllByName(name);
    } catch (UnknownHostException unknown) {
      return String.valueOf(unknown.getMessage());
    }
    throw new AssertionError(name + " has an address");
  }
}
