package io.changepost.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority made for one test run and certificates of it, good ones and bad ones, for
 * {@link Endpoint#start(SSLContext)}. They are written byte by byte, so no tool has to be there.
 */
public final class TestCertificates {

  private static final Duration DAY = Duration.ofDays(1);
  private static final char[] NO_PASSWORD = new char[0];

  private final String name;
  private final KeyPair authority;
  private final byte[] certificate;
  private final Instant now;

  /** A new authority; certificates count from {@code now}. */
  public TestCertificates(String name, Instant now) {
    this.name = name;
    this.now = now;
    this.authority = keyPair("EC", 256);
    this.certificate =
        sign(
            Der.certificate(
                name,
                name,
                now.minus(DAY),
                now.plus(DAY),
                authority.getPublic().getEncoded(),
                Der.authorityExtension()),
            authority.getPrivate());
  }

  /** A store that trusts this authority and no other. */
  public KeyStore trust() {
    try {
      KeyStore store = emptyStore();
      store.setCertificateEntry("authority", parse(certificate));
      return store;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server with a good certificate for those names and addresses. */
  public SSLContext server(String... names) {
    return server(keyPair("EC", 256), now.minus(DAY), now.plus(DAY), names);
  }

  /** A server whose certificate ended yesterday. */
  public SSLContext expired(String... names) {
    return server(keyPair("EC", 256), now.minus(DAY.multipliedBy(3)), now.minus(DAY), names);
  }

  /** A server whose certificate begins tomorrow. */
  public SSLContext notYetValid(String... names) {
    return server(keyPair("EC", 256), now.plus(DAY), now.plus(DAY.multipliedBy(3)), names);
  }

  /** A server with an RSA key that is too short to be trusted. */
  public SSLContext weak(String... names) {
    return server(keyPair("RSA", 768), now.minus(DAY), now.plus(DAY), names);
  }

  /** A server that vouches for itself. */
  public SSLContext selfSigned(String... names) {
    KeyPair own = keyPair("EC", 256);
    byte[] leaf =
        sign(
            Der.certificate(
                "itself",
                "itself",
                now.minus(DAY),
                now.plus(DAY),
                own.getPublic().getEncoded(),
                Der.namesExtension(names)),
            own.getPrivate());
    return context(own.getPrivate(), leaf);
  }

  private SSLContext server(KeyPair keys, Instant from, Instant until, String... names) {
    byte[] leaf =
        sign(
            Der.certificate(
                "server of " + name,
                name,
                from,
                until,
                keys.getPublic().getEncoded(),
                Der.namesExtension(names)),
            authority.getPrivate());
    return context(keys.getPrivate(), leaf, certificate);
  }

  private static SSLContext context(PrivateKey key, byte[]... chain) {
    try {
      Certificate[] certificates = new Certificate[chain.length];
      for (int i = 0; i < chain.length; i++) {
        certificates[i] = parse(chain[i]);
      }
      KeyStore store = emptyStore();
      store.setKeyEntry("server", key, NO_PASSWORD, certificates);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sign(byte[] content, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(content);
      return Der.signed(content, signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate parse(byte[] bytes) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(bytes));
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
