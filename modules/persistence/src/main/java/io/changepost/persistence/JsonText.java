package io.changepost.persistence;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * What {@code getObject} gives of a column of type {@code json}, whichever form the database sent
 * it in: its text, character by character. Without it the driver makes null of what comes in binary
 * form, and {@code getString} with it. Made by the driver; not thread-safe.
 */
public final class JsonText extends PGobject implements PGBinaryObject {

  private static final long serialVersionUID = 1;

  /** Without a value; the driver sets it. */
  public JsonText() {
    setType("json");
  }

  @Override
  public void setByteValue(byte[] bytes, int offset) {
    value = new String(bytes, offset, bytes.length - offset, StandardCharsets.UTF_8);
  }

  @Override
  public int lengthInBytes() {
    return utf8().length;
  }

  @Override
  public void toBytes(byte[] target, int offset) {
    byte[] utf8 = utf8();
    System.arraycopy(utf8, 0, target, offset, utf8.length);
  }

  private byte[] utf8() {
    @Nullable String text = value;
    return Objects.requireNonNull(text, "a JSON text that was never set")
        .getBytes(StandardCharsets.UTF_8);
  }
}
