package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** The nodes that work in a measurement, stopped and let go on together. */
record Servers(HostDatabase database, List<Node> nodes) {

  /** Stops them where they stand, but not amidst a transaction, whose locks would stay. */
  void hold() throws IOException, SQLException, InterruptedException {
    for (int tries = 0; tries < 100; tries++) {
      for (Node node : nodes) {
        node.signal("STOP");
      }
      // What a stopped one sent just before comes to its end within moments.
      Bench.pause(20);
      if (!database.othersAreBusy()) {
        return;
      }
      goOn();
      Bench.pause(20);
    }
    throw new IllegalStateException("a server is in a transaction whenever it is looked at");
  }

  void goOn() throws IOException, InterruptedException {
    for (Node node : nodes) {
      node.signal("CONT");
    }
  }

  /** Microseconds of processor time of all of them. */
  long cpuMicros() {
    return nodes.stream().mapToLong(Node::cpuMicros).sum();
  }
}
