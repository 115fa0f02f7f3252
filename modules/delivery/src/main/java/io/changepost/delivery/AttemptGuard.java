package io.changepost.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Stands around a whole exchange: one deadline, a bounded body, and nothing of the answer left but
 * its status, its {@code Retry-After} and the first 2 KiB. Whatever comes after the status line
 * cannot turn it into a failure.
 */
final class AttemptGuard implements ExecChainHandler {

  /** What is kept of a body. */
  static final int KEPT_BYTES = 2 * 1024;

  private static final int READ_BYTES = 64 * 1024;
  private static final int CHUNK_BYTES = 4 * 1024;

  private final Deadlines deadlines;
  private final RequestConfig config;
  private final Runnable freeFiles;

  /**
   * @param freeFiles is run where no file was left for a connection; must not block
   */
  AttemptGuard(Deadlines deadlines, RequestConfig config, Runnable freeFiles) {
    this.deadlines = deadlines;
    this.config = config;
    this.freeFiles = freeFiles;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    scope.clientContext.setRequestConfig(config);
    if (!(scope.originalRequest instanceof Cancellable cancellable)) {
      throw new IllegalStateException("only requests that can be aborted are sent");
    }
    NoClientCertificate.forget();
    BoundedExchange.forget(scope.clientContext);
    Deadlines.Attempt attempt = deadlines.start(cancellable);
    try {
      return bounded(proceed(request, scope, chain, attempt), scope);
    } catch (Error error) {
      // No memory for a buffer, say. After an error the client gives no connection back, and what
      // posts outside of routes takes none for an answer.
      scope.execRuntime.discardEndpoint();
      throw new IllegalStateException("the attempt ended in an error", error);
    } finally {
      deadlines.finish(attempt);
    }
  }

  private ClassicHttpResponse proceed(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain, Deadlines.Attempt attempt)
      throws IOException, HttpException {
    try {
      return chain.proceed(request, scope);
    } catch (IOException | HttpException | RuntimeException failed) {
      scope.execRuntime.discardEndpoint();
      Lack lack = BoundedExchange.hasBegun(scope.clientContext) ? null : Lack.of(failed);
      if (lack != null) {
        if (lack == Lack.FILES) {
          freeFiles.run();
        }
        // Also where the deadline is over by now: the time was ours.
        throw new NotBegunException(lack, failed);
      }
      if (attempt.isExpired()) {
        throw new DeadlineException(failed);
      }
      if (NoClientCertificate.wasAskedFor() && isHungUp(failed)) {
        // With TLS 1.3 the handshake is over before the server looks at the missing certificate.
        throw new TlsException((IOException) failed);
      }
      throw failed;
    }
  }

  private static boolean isHungUp(Exception failed) {
    return Causes.isOfSocket(failed)
        || failed instanceof SSLException
        || failed instanceof NoHttpResponseException
        || failed instanceof ConnectionClosedException;
  }

  private static ClassicHttpResponse bounded(ClassicHttpResponse response, ExecChain.Scope scope) {
    byte[] kept = keep(response.getEntity(), scope);
    Header location = response.getFirstHeader(HttpHeaders.LOCATION);
    if (location != null && response.getCode() / 100 == 3) {
      kept = withLocation(location.getValue(), kept);
    }
    Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    response.setHeaders(retryAfter == null ? new Header[0] : new Header[] {retryAfter});
    response.setEntity(kept.length == 0 ? null : new ByteArrayEntity(kept, null));
    return response;
  }

  /** Reads the body up to its limit; on the way out the connection is either free or dropped. */
  private static byte[] keep(HttpEntity entity, ExecChain.Scope scope) {
    byte[] kept = new byte[0];
    if (entity != null) {
      try {
        InputStream body = entity.getContent();
        byte[] chunk = new byte[chunkBytes(entity.getContentLength())];
        int total = 0;
        int read = body.read(chunk);
        while (read >= 0 && total <= READ_BYTES) {
          kept = append(kept, chunk, read);
          total += read;
          read = body.read(chunk);
        }
      } catch (IOException | RuntimeException cutOff) {
        // The status line decides; a body that breaks off leaves what came of it.
      } finally {
        // Does nothing after a clean end. Never close(): that would read the rest first.
        scope.execRuntime.discardEndpoint();
      }
    }
    return kept;
  }

  /** One more than there is said to be, so that a short body and its end are one read each. */
  private static int chunkBytes(long said) {
    return said < 0 || said >= CHUNK_BYTES ? CHUNK_BYTES : (int) said + 1;
  }

  private static byte[] append(byte[] kept, byte[] chunk, int length) {
    int more = Math.min(length, KEPT_BYTES - kept.length);
    if (more <= 0) {
      return kept;
    }
    byte[] longer = Arrays.copyOf(kept, kept.length + more);
    System.arraycopy(chunk, 0, longer, kept.length, more);
    return longer;
  }

  /** Where a redirect would have led is what its owner needs to see. */
  private static byte[] withLocation(String location, byte[] body) {
    byte[] head = ("Location: " + location + "\n").getBytes(StandardCharsets.UTF_8);
    return append(Arrays.copyOf(head, Math.min(head.length, KEPT_BYTES)), body, body.length);
  }
}
