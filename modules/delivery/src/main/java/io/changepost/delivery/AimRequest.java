package io.changepost.delivery;

import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request to nowhere in particular into that of one attempt: its URL, its headers and its
 * body, and none besides, whatever the request came with. So a customer's URL never passes through
 * what Camel makes of URLs, and is taken apart once instead of with every message. Thread-safe.
 */
final class AimRequest implements ExecChainHandler {

  /** Where a URL leads, as the client says it. */
  private record Target(HttpRoute route, String scheme, URIAuthority authority, String path) {

    static Target of(String url) throws HttpException {
      HttpPost post = new HttpPost(url);
      HttpRoute route =
          new DefaultRoutePlanner(null)
              .determineRoute(RoutingSupport.determineHost(post), HttpClientContext.create());
      return new Target(route, post.getScheme(), post.getAuthority(), post.getPath());
    }
  }

  private final Function<HttpContext, @Nullable PreparedRequest> prepared;

  /**
   * By the URL's text: two that differ in the case of an escape are equal as {@link java.net.URI}.
   */
  private final Remembered<Target, HttpException> targets = new Remembered<>(Target::of);

  /**
   * @param prepared finds what was prepared for the attempt of a context; null where there is none
   */
  AimRequest(Function<HttpContext, @Nullable PreparedRequest> prepared) {
    this.prepared = prepared;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    if (!HardenedClient.NOWHERE.equalsIgnoreCase(scope.route.getTargetHost().getHostName())) {
      return chain.proceed(request, scope);
    }
    PreparedRequest attempt = prepared.apply(scope.clientContext);
    if (attempt == null) {
      // A mistake of a route, which must not count against the webhook.
      throw new IllegalStateException(
          "a step posts to " + HardenedClient.NOWHERE + " without a prepared attempt");
    }
    Target target = targets.of(attempt.url().toString());
    request.setScheme(target.scheme());
    request.setAuthority(target.authority());
    request.setPath(target.path());
    request.setHeaders(headers(attempt));
    request.setEntity(new ByteArrayEntity(attempt.body(), null));
    return chain.proceed(
        request,
        new ExecChain.Scope(
            scope.exchangeId,
            target.route(),
            scope.originalRequest,
            scope.execRuntime,
            scope.clientContext));
  }

  private static Header[] headers(PreparedRequest attempt) {
    Header[] headers = new Header[attempt.headers().size()];
    int at = 0;
    for (Map.Entry<String, String> header : attempt.headers().entrySet()) {
      headers[at++] = new BasicHeader(header.getKey(), header.getValue());
    }
    return headers;
  }
}
