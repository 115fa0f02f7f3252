package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseIT {

  @Test
  void nobody_else_can_look_into_the_data_or_put_programs_beside_ours(@TempDir Path folder)
      throws IOException {
    Path data = folder.resolve("data");
    Path binaries = data.resolve("binaries");
    try (EmbeddedDatabase database = EmbeddedDatabase.in(data, binaries)) {
      database.start();
      for (Path one : new Path[] {data, binaries, data.resolve("postgres")}) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
            .as(one.toString())
            .isEqualTo("rwx------");
      }
    }
  }
}
