package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Received;
import java.util.HashSet;
import java.util.Set;

/** What the receiver's ledger says. */
final class Arrivals {

  private Arrivals() {}

  /** The objects whose changes came to that path. */
  static Set<String> objects(Scene scene, String path) {
    Set<String> objects = new HashSet<>();
    for (Received one : scene.receiver().at(path)) {
      objects.add(one.json().get("objectId").asText());
    }
    return objects;
  }
}
