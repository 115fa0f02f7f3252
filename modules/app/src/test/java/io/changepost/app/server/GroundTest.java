package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import io.changepost.testkit.FreePort;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a database that nobody can reach. */
@Timeout(30)
class GroundTest {

  private final Ground ground;

  GroundTest(@TempDir Path folder) {
    ground =
        Ground.open(
            ServerSettings.of(
                RawSettings.of(
                    Map.of(
                        "changepost.database.url",
                        "jdbc:postgresql://127.0.0.1:" + FreePort.next() + "/none",
                        "changepost.database.username",
                        "nobody",
                        "changepost.data.dir",
                        folder.toString())),
                folder));
  }

  @Test
  void given_up_before_it_looked_for_the_database_it_does_not_wait_for_it() throws Exception {
    ground.giveUp();
    ground.begin();

    assertThatThrownBy(ground::ready).hasMessageContaining("given up");
    ground.close();
  }

  @Test
  void closed_before_it_began_it_ends() throws Exception {
    ground.close();
  }
}
