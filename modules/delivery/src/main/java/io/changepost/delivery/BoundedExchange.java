package io.changepost.delivery;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * The exchange on one connection. An {@link Error} leaves it as an exception: the client answers an
 * error by closing the pool that all deliveries share, so one bad answer could stop the node.
 */
final class BoundedExchange extends HttpRequestExecutor {

  private static final String BEGUN = "changepost.begun";

  /** Says that nothing was written yet. */
  static void forget(HttpContext context) {
    context.removeAttribute(BEGUN);
  }

  /** Whether the request may have been written since, be it in part. */
  static boolean hasBegun(HttpContext context) {
    return context.getAttribute(BEGUN) != null;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      HttpResponseInformationCallback interim,
      HttpContext context)
      throws IOException, HttpException {
    context.setAttribute(BEGUN, true);
    try {
      return super.execute(request, connection, BoundedExchange::refuseSwitch, context);
    } catch (IllegalArgumentException unreadable) {
      throw new ProtocolException("the answer cannot be read", unreadable);
    } catch (StackOverflowError | OutOfMemoryError | LinkageError | AssertionError error) {
      throw new IllegalStateException("the exchange ended in an error", error);
    }
  }

  /** The client would start TLS in the middle of a connection when told so. */
  private static void refuseSwitch(
      org.apache.hc.core5.http.HttpResponse response,
      org.apache.hc.core5.http.HttpConnection connection,
      HttpContext context)
      throws HttpException {
    if (response.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
      throw new ProtocolException("the endpoint wants another protocol");
    }
  }
}
