package io.changepost.domain;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;

/** The JDK's Ed25519 with keys as plain bytes (RFC 8032). */
final class Ed25519 {

  private static final int KEY_BYTES = 32;

  private Ed25519() {}

  static byte[] sign(byte[] seed, byte[] first, byte[] second) {
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(first);
      signature.update(second);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime does not sign with Ed25519", e);
    }
  }

  static byte[] publicKey(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new SeedAsRandom(seed));
      EdECPoint point = ((EdECPublicKey) generator.generateKeyPair().getPublic()).getPoint();
      return encode(point);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no Ed25519", e);
    }
  }

  private static byte[] encode(EdECPoint point) {
    byte[] bytes = new byte[KEY_BYTES];
    BigInteger y = point.getY();
    byte[] bigEndian = y.toByteArray();
    for (int i = 0; i < Math.min(bigEndian.length, KEY_BYTES); i++) {
      bytes[i] = bigEndian[bigEndian.length - 1 - i];
    }
    if (point.isXOdd()) {
      bytes[KEY_BYTES - 1] |= (byte) 0x80;
    }
    return bytes;
  }

  /**
   * The JDK derives a public key only while it makes a pair, so the seed is given as its chance.
   */
  private static final class SeedAsRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] seed;

    SeedAsRandom(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
