package io.changepost.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was made of a URL, so that it is made once and not for every message. Bounded; forgets all
 * when full. Thread-safe; two threads may make the same at once.
 */
final class Remembered<T, E extends Exception> {

  private static final int MOST = 10_000;

  /** Makes something of a URL's text. */
  interface Making<T, E extends Exception> {
    T of(String url) throws E;
  }

  private final Making<T, E> making;
  private final Map<String, T> known = new ConcurrentHashMap<>();

  Remembered(Making<T, E> making) {
    this.making = making;
  }

  T of(String url) throws E {
    T value = known.get(url);
    if (value == null) {
      value = making.of(url);
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(url, value);
    }
    return value;
  }
}
