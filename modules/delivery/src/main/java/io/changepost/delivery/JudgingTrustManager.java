package io.changepost.delivery;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's judgement of certificates, with the reason for a refusal in our words. */
final class JudgingTrustManager extends X509ExtendedTrustManager {

  /** A refusal and its reason; the chain is only known here. */
  static final class UntrustedException extends CertificateException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    UntrustedException(X509Certificate[] chain, CertificateException cause) {
      super(cause);
      this.reason = TlsReason.ofChain(chain, cause);
    }

    String reason() {
      return reason;
    }
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private final X509ExtendedTrustManager jdk;

  JudgingTrustManager(X509ExtendedTrustManager jdk) {
    this.jdk = jdk;
  }

  private static void judge(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException refused) {
      throw new UntrustedException(chain, refused);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    judge(chain, () -> jdk.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    judge(chain, () -> jdk.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge(chain, () -> jdk.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    jdk.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    jdk.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    jdk.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return jdk.getAcceptedIssuers();
  }
}
