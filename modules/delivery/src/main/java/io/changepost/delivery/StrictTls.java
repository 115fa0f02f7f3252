package io.changepost.delivery;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 or 1.3, certificates and host names always verified; there is no switch to turn that off.
 * Who is trusted is the JVM's business ({@code javax.net.ssl.trustStore}).
 */
final class StrictTls implements TlsSocketStrategy {

  private final TlsSocketStrategy strategy;

  /**
   * @param trusted whom to trust instead of the JVM's authorities, null for those
   */
  StrictTls(@Nullable KeyStore trusted) {
    this.strategy =
        new DefaultClientTlsStrategy(
            context(trusted),
            new String[] {"TLSv1.3", "TLSv1.2"},
            null,
            SSLBufferMode.STATIC,
            HostnameVerificationPolicy.CLIENT,
            new DefaultHostnameVerifier());
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, Object attachment, HttpContext context)
      throws IOException {
    try {
      return strategy.upgrade(socket, target, port, attachment, context);
    } catch (IOException failed) {
      throw new TlsException(failed);
    }
  }

  private static SSLContext context(@Nullable KeyStore trusted) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      TrustManager[] managers =
          Arrays.stream(factory.getTrustManagers())
              .filter(X509ExtendedTrustManager.class::isInstance)
              .map(jdk -> new JudgingTrustManager((X509ExtendedTrustManager) jdk))
              .toArray(TrustManager[]::new);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new NoClientCertificate()}, managers, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }
}
