package io.changepost.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the pages of documentation show, and running it. */
final class Pages {

  /** How a program ended and what it said. */
  record Ended(int status, String output) {}

  private Pages() {}

  /** The code blocks of that language in a page under docs, in their order. */
  static List<String> blocks(String page, String language) {
    try {
      String text = Files.readString(Product.root().resolve("docs").resolve(page));
      Matcher block =
          Pattern.compile("^```" + language + "\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
              .matcher(text);
      return block.results().map(found -> found.group(1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program in that folder to its end. */
  static Ended run(Path folder, Map<String, String> environment, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it does not end: " + output);
      }
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** True where such a program can be run here. */
  static boolean isThere(String program) {
    return run(Path.of("."), Map.of(), "sh", "-c", "command -v " + program).status() == 0;
  }
}
