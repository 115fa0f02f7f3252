package io.changepost.delivery;

import java.net.URI;
import java.util.Map;

/**
 * A POST ready to go.
 *
 * @param url judged by the rules for URLs; its host's address still has to be
 * @param headers all that are sent besides those of the framing; do not change it
 * @param body the message's bytes, as signed; do not change it
 */
@SuppressWarnings("ArrayRecordComponent") // it is handed on once and never compared
public record PreparedRequest(URI url, Map<String, String> headers, byte[] body) {

  /** Names the target's host alone: paths, headers and bodies do not belong in logs. */
  @Override
  public String toString() {
    return "PreparedRequest[" + url.getHost() + ", " + body.length + " bytes]";
  }
}
