package io.changepost.acceptance.matrix;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** B11: the database on a file system of a fixed size that fills up. */
final class FullDisk {

  private static final String SIZE = "400m";
  private static final long FULL_MILLIS = 10_000;

  private FullDisk() {}

  static Finding tried() throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      return Finding.notTried("a file system of a fixed size needs the right to mount (root)");
    }
    Path base = PostgresServer.folder();
    if (run("mount", "-t", "tmpfs", "-o", "mode=0777,size=" + SIZE, "tmpfs", base.toString())
        != 0) {
      return Finding.notTried("this machine does not let us mount a tmpfs");
    }
    run("chown", "postgres", base.toString());
    List<String> seen = new ArrayList<>();
    try (PostgresServer server =
        PostgresServer.create(base, "max_wal_size = '32MB'\nmin_wal_size = '8MB'\n")) {
      Finding found =
          UnderLoad.run(
              server,
              Map.of(),
              (postgres, relay, scene) -> {
                Scene.pause(2_000);
                Path ballast = base.resolve("ballast");
                fill(ballast);
                // What is left in pages and segments fills too.
                long until = System.nanoTime() + FULL_MILLIS * 1_000_000;
                while (System.nanoTime() < until) {
                  write(scene);
                }
                seen.add(postgres.isRunning() ? "PostgreSQL stayed up" : "PostgreSQL went down");
                Files.delete(ballast);
                if (!postgres.isRunning()) {
                  // As a supervisor would.
                  postgres.start();
                }
              });
      return new Finding(
          found.verdict(), found.figure() + "; " + String.join(", ", seen), found.remark());
    } finally {
      run("umount", base.toString());
    }
  }

  private static void write(Scene scene) throws InterruptedException {
    try {
      scene
          .database()
          .execute(
              "create table if not exists public.filler (t text); insert into public.filler"
                  + " select repeat(md5(random()::text), 200) from generate_series(1, 100)");
    } catch (IllegalStateException full) {
      Scene.pause(100);
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] zeros = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException full) {
      // That is the fault.
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
