package io.changepost.app.demo;

import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Lines for people, with the time and one coloured word each. Thread-safe. */
final class Print {

  /** What a line is about, with its word and its colour. */
  enum Kind {
    STARTING("starting", 90),
    CHANGE("change", 36),
    ARRIVED("arrived", 32),
    REFUSED("503", 33),
    WRONG("wrong", 31),
    DONE("done", 1);

    private final String word;
    private final int colour;

    Kind(String word, int colour) {
      this.word = word;
      this.colour = colour;
    }
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private final PrintStream out;
  private final boolean colours;
  private final Clock clock;

  Print(PrintStream out, boolean colours, Clock clock) {
    this.out = out;
    this.colours = colours;
    this.clock = clock;
  }

  void line(Kind kind, String text) {
    String word = String.format(Locale.ROOT, "%-8s", kind.word);
    if (colours) {
      word = "\u001b[" + kind.colour + "m" + word + "\u001b[0m";
    }
    out.println(LocalTime.now(clock).format(TIME) + "  " + word + "  " + text);
    out.flush();
  }

  /** A line without time, for what people copy and what programs read. */
  void plain(String text) {
    out.println(text);
    out.flush();
  }
}
