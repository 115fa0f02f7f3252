package io.changepost.routing;

/**
 * Something in a route file that must not be so.
 *
 * @param file the file with its folder, such as {@code routes/10-fan-out.camel.yaml}
 * @param line counted from 1
 * @param message what is wrong and what to do
 */
public record Finding(String file, int line, String message) {

  /** One line: {@code routes/10-fan-out.camel.yaml:9: message}. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + message;
  }
}
