package io.changepost.app.server;

import io.changepost.app.settings.WrongSettingException;
import io.changepost.persistence.SecretBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The key that signing secrets are sealed with: from the setting, else from a file in the data
 * folder.
 */
final class EncryptionKey {

  private static final String FILE = "encryption.key";

  private EncryptionKey() {}

  /** Makes the file at the first start, readable by its owner alone. */
  static SecretBox box(@Nullable String setting, Path dataDir) {
    if (setting != null) {
      return parse("changepost.encryption.key", setting);
    }
    Path file = dataDir.resolve(FILE);
    try {
      Files.createDirectories(dataDir);
      if (!Files.exists(file)) {
        try {
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
          Files.writeString(file, SecretBox.newKey() + "\n", StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException another) {
          // Another node on this folder was quicker; its key counts.
        }
      }
      return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8).trim());
    } catch (IOException e) {
      throw new WrongSettingException("cannot read or make " + file + ": " + e.getMessage());
    }
  }

  private static SecretBox parse(String where, String text) {
    try {
      return SecretBox.parse(text);
    } catch (IllegalArgumentException e) {
      throw new WrongSettingException(where + " is not usable: " + e.getMessage());
    }
  }
}
