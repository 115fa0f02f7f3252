package io.changepost.persistence;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what must not be read from the tables alone: AES-256-GCM, with the id of the key in front,
 * so that several keys can be open for reading while one is being replaced. Sealed form: one byte
 * version (1), four bytes key id, twelve bytes nonce, then ciphertext and tag. Thread-safe.
 */
public final class SecretBox {

  private static final byte VERSION = 1;
  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int HEAD_BYTES = 1 + ID_BYTES + NONCE_BYTES;

  private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
  private final String currentId;
  private final SecureRandom random;

  private SecretBox(List<byte[]> keys, SecureRandom random) {
    for (byte[] key : keys) {
      if (key.length != KEY_BYTES) {
        throw new IllegalArgumentException(
            "an encryption key has 32 bytes, this one " + key.length);
      }
      this.keys.put(idOf(key), new SecretKeySpec(key, "AES"));
    }
    this.currentId = this.keys.keySet().iterator().next();
    this.random = random;
  }

  /**
   * A box with these keys of 32 bytes: the first seals, all of them open.
   *
   * @throws IllegalArgumentException for no key, or one of another length
   */
  public static SecretBox of(List<byte[]> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a secret box needs a key");
    }
    return new SecretBox(keys, new SecureRandom());
  }

  /**
   * A box from text: keys in base64, separated by commas, the current one first.
   *
   * @throws IllegalArgumentException where that is not what the text is; it is not repeated
   */
  public static SecretBox parse(String text) {
    List<byte[]> keys = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        keys.add(Base64.getDecoder().decode(part.strip()));
      } catch (IllegalArgumentException notBase64) {
        throw new IllegalArgumentException(
            "changepost.encryption.key must be base64 of 32 bytes, or several with commas between");
      }
    }
    return of(keys);
  }

  /** A new key in the text form that {@link #parse} reads. */
  public static String newKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Id of the key that seals: eight hexadecimal digits that tell nothing about it. */
  public String keyId() {
    return currentId;
  }

  /** The plain bytes, sealed with the current key; never twice the same. */
  public byte[] seal(byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] id = HexFormat.of().parseHex(currentId);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key(currentId), nonce);
      byte[] sealed = cipher.doFinal(plain);
      return ByteBuffer.allocate(HEAD_BYTES + sealed.length)
          .put(VERSION)
          .put(id)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot seal", e);
    }
  }

  /**
   * The bytes that were sealed.
   *
   * @throws IllegalStateException where they were sealed with a key that this box has not, or were
   *     altered; the message names the key's id
   */
  public byte[] open(byte[] sealed) {
    String id = keyIdOf(sealed);
    byte[] nonce = Arrays.copyOfRange(sealed, 1 + ID_BYTES, HEAD_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key(id), nonce);
      return cipher.doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("what was sealed with key " + id + " was altered", e);
    }
  }

  /** True where the current key sealed it, so that a change of keys has nothing to do here. */
  public boolean isSealedWithCurrentKey(byte[] sealed) {
    return keyIdOf(sealed).equals(currentId);
  }

  /**
   * Id of the key that sealed it.
   *
   * @throws IllegalStateException where it is not of the sealed form
   */
  public static String keyIdOf(byte[] sealed) {
    if (sealed.length < HEAD_BYTES + TAG_BITS / 8 || sealed[0] != VERSION) {
      throw new IllegalStateException("not sealed by this program");
    }
    return HexFormat.of().formatHex(sealed, 1, 1 + ID_BYTES);
  }

  private SecretKeySpec key(String id) {
    SecretKeySpec key = keys.get(id);
    if (key == null) {
      throw new IllegalStateException(
          "sealed with encryption key "
              + id
              + ", which changepost.encryption.key has not (it has "
              + String.join(", ", keys.keySet())
              + "); add that key behind the first, with a comma between");
    }
    return key;
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  private static String idOf(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("changepost key id".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(key), 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
