package io.changepost.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Help, examples and documents name only what there is. */
class CommandWordsTest {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern COMMAND = Pattern.compile("\\./changepost((?: +[^\\s`|#;&)>]+)*)");

  private static Stream<CommandLine> all(CommandLine line) {
    return Stream.concat(
        Stream.of(line), line.getSubcommands().values().stream().flatMap(CommandWordsTest::all));
  }

  private static Stream<CommandLine> ours() {
    return all(Changepost.commandLine())
        .filter(line -> !line.getCommandSpec().usageMessage().hidden())
        .filter(line -> !line.getCommandName().equals("help"));
  }

  @Test
  void every_command_has_help_with_an_example_that_is_right() {
    List<CommandLine> commands =
        ours().filter(line -> line.getCommandSpec().parent() != null).toList();
    assertThat(commands).hasSizeGreaterThan(25);
    for (CommandLine command : commands) {
      String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
      assertThat(help).as(command.getCommandName()).contains("Example: ", "--help");
      assertThat(help.lines()).allMatch(line -> line.length() <= 100);
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        commands(line).forEach(words -> parses(words, command.getCommandName()));
      }
    }
  }

  @Test
  void every_command_in_the_documents_is_one() throws IOException {
    List<String> seen = new ArrayList<>();
    for (Path document : documents()) {
      String text = Files.readString(document).replaceAll("\\\\\n", " ");
      for (String words : commands(text)) {
        seen.add(words);
        parses(words, document.getFileName().toString());
      }
    }
    assertThat(seen).contains("start", "demo", "routes check", "pause", "completion");
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(HOME.resolve("docs"))) {
      return Stream.concat(
              files,
              Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "routes/README.md")
                  .map(HOME::resolve))
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }

  private static List<String> commands(String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = COMMAND.matcher(text);
    while (matcher.find()) {
      // A name in quotes is one word.
      found.add(matcher.group(1).strip().replaceAll("'[^']*'", "name"));
    }
    return found;
  }

  private static void parses(String words, String where) {
    // In a sentence, a command's name is enough.
    String[] all = words.isEmpty() ? new String[] {"--help"} : words.split(" +");
    assertThatCode(() -> Changepost.commandLine().parseArgs(all))
        .as("./changepost " + words + " in " + where)
        .doesNotThrowAnyException();
  }

  @Test
  void the_completion_script_is_one_that_bash_takes(@TempDir Path folder) throws Exception {
    StringWriter out = new StringWriter();
    CommandLine line = Changepost.commandLine();
    line.setOut(new PrintWriter(out, true));
    assertThat(line.execute("completion")).isZero();
    Path script = Files.writeString(folder.resolve("completion"), out.toString());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source '"
                    + script
                    + "' && COMP_WORDS=(changepost webhooks de) COMP_CWORD=2 && "
                    + "_complete_changepost && printf '%s\\n' \"${COMPREPLY[@]}\"")
            .redirectErrorStream(true)
            .start();
    String said = read(bash);
    assertThat(bash.waitFor()).as(said).isZero();
    assertThat(said).contains("deactivate", "delete").doesNotContain("resume");
  }

  private static String read(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
