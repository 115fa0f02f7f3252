package io.changepost.delivery;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Has no certificate to show and remembers whether one was asked for: a server that insists often
 * just hangs up, and nothing else would tell its owner why. An attempt runs in one thread.
 */
final class NoClientCertificate extends X509ExtendedKeyManager {

  private static final ThreadLocal<Boolean> ASKED = new ThreadLocal<>();

  /** Starts a new attempt in this thread. */
  static void forget() {
    ASKED.remove();
  }

  /** True where a handshake of this thread's attempt came to the question. */
  static boolean wasAskedFor() {
    return Boolean.TRUE.equals(ASKED.get());
  }

  @Override
  public @Nullable String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    ASKED.set(true);
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyType, Principal[] issuers, SSLEngine engine) {
    ASKED.set(true);
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return null;
  }
}
