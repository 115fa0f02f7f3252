package io.changepost.acceptance.matrix;

import io.changepost.routing.CrashPoint;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the process, as SIGKILL would, when the stage of the system property {@code fail.at} is
 * passed: {@code -Dfail.at=claim.after-commit} at the first time, {@code claim.after-commit:3} at
 * the third.
 */
public final class FailAt implements CrashPoint {

  static final int STATUS = 137;

  private final String stage;
  private final AtomicInteger left;

  /** Made by {@link java.util.ServiceLoader}. */
  public FailAt() {
    String[] parts = System.getProperty("fail.at", "").split(":", 2);
    stage = parts[0];
    left = new AtomicInteger(parts.length < 2 ? 1 : Integer.parseInt(parts[1]));
  }

  @Override
  public void at(String passed) {
    if (passed.equals(stage) && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(STATUS);
    }
  }
}
