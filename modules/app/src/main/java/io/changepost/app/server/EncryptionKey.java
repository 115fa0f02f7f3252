package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import io.changepost.persistence.SecretBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The key that signing secrets are sealed with: from the setting, else from a file in the data
 * folder.
 */
final class EncryptionKey {

  private static final String SETTING = "changepost.encryption.key";
  private static final String FILE = "encryption.key";

  private EncryptionKey() {}

  /** Where it is: the setting's name, or the file. */
  static String place(ServerSettings settings) {
    return settings.keys().encryption() == null
        ? settings.places().dataDir().resolve(FILE).toString()
        : SETTING;
  }

  /** Makes the file at the first start, readable by its owner alone. */
  static SecretBox box(ServerSettings settings) {
    String setting = settings.keys().encryption();
    if (setting != null) {
      return parse(SETTING, setting);
    }
    Path file = settings.places().dataDir().resolve(FILE);
    try {
      Files.createDirectories(settings.places().dataDir());
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
      throw new WrongSettingException(where + ": " + e.getMessage());
    }
  }
}
