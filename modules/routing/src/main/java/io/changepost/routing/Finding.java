package io.changepost.routing;

import java.nio.file.Path;

/**
 * Something in a route file that must not be so.
 *
 * @param file the file with its folder, such as {@code routes/10-fan-out.camel.yaml}
 * @param line counted from 1
 * @param message what is wrong and what to do
 */
public record Finding(String file, int line, String message) {

  /** A file's name as findings have it, with its folder. */
  public static String named(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path last = folder == null ? null : folder.getFileName();
    return (last == null ? "" : last + "/") + file.getFileName();
  }

  /** One line: {@code routes/10-fan-out.camel.yaml:9: message}. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + message;
  }
}
