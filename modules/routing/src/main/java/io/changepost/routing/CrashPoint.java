package io.changepost.routing;

import java.util.ServiceLoader;

/**
 * Named stages of the work at which a test may end the process, to see what becomes of what was
 * under way. Nothing is loaded in production, and passing a stage does nothing: {@code
 * fan-out.before-commit}, {@code claim.before-commit}, {@code claim.after-commit}, {@code
 * attempt.before-connect}, {@code complete.before-commit}, {@code complete.after-commit}, {@code
 * inactivity.before-commit}.
 */
@FunctionalInterface
public interface CrashPoint {

  /** Does nothing. */
  CrashPoint NONE = passed -> {};

  /** The one on the class path, or {@link #NONE}. */
  CrashPoint HERE = ServiceLoader.load(CrashPoint.class).findFirst().orElse(NONE);

  /** That stage is reached; may not return. */
  void at(String stage);
}
