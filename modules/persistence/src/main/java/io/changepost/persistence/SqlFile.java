package io.changepost.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Statements kept as files, one a file, in {@code sql/} on the class path. Thread-safe. */
public final class SqlFile {

  private static final Map<String, String> READ = new ConcurrentHashMap<>();

  private SqlFile() {}

  /**
   * The text of {@code sql/<name>.sql}, read once.
   *
   * @param name area and verb, such as {@code outcome/record}
   * @throws IllegalArgumentException where there is no such file
   */
  public static String read(String name) {
    return READ.computeIfAbsent(name, SqlFile::load);
  }

  private static String load(String name) {
    String path = "/sql/" + name + ".sql";
    try (InputStream in = SqlFile.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("no statement " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
