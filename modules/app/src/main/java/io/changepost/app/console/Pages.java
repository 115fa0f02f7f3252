package io.changepost.app.console;

import io.changepost.app.settings.WrongSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The pages of Hawtio, out of its archive, which must be the one that was tried. Thread-safe. */
final class Pages implements AutoCloseable {

  /** The SHA-256 of hawtio-default-4.2.0.war. */
  static final String HAWTIO_4_2_0 =
      "e135c85a3331dc1ca36e1f3f10011b5b00b310e62b14759546e339bc3cfb0e04";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "jpg", "image/jpeg",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "ttf", "font/ttf");

  private final ZipFile archive;

  private Pages(ZipFile archive) {
    this.archive = archive;
  }

  /** A page. */
  record Page(String type, byte[] bytes) {}

  /** Opens it where its SHA-256 is {@code expected}. */
  static Pages open(Path archive, String expected) {
    try {
      String sum = sum(archive);
      if (!sum.equals(expected)) {
        throw new WrongSettingException(archive + " is not what was tried: its SHA-256 is " + sum);
      }
      return new Pages(new ZipFile(archive.toFile()));
    } catch (IOException e) {
      throw new WrongSettingException("cannot read " + archive + ": " + e);
    }
  }

  static String sum(Path file) throws IOException {
    try (InputStream in = java.nio.file.Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] part = new byte[1 << 16];
      for (int read = in.read(part); read >= 0; read = in.read(part)) {
        digest.update(part, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The page of that path, without a slash in front; nothing of the archive's inside. */
  Optional<Page> find(String path) {
    ZipEntry entry = archive.getEntry(path);
    if (entry == null || entry.isDirectory() || path.matches("(?i)(web|meta)-inf/.*")) {
      return Optional.empty();
    }
    try (InputStream in = archive.getInputStream(entry)) {
      String ending = path.substring(path.lastIndexOf('.') + 1);
      return Optional.of(
          new Page(TYPES.getOrDefault(ending, "application/octet-stream"), in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
