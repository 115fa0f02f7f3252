package io.changepost.delivery;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The one way out to endpoints, for camel-http and for {@link PostOnce} alike: every address
 * judged, one deadline, bounded answers, nothing sent twice, nothing followed, nothing remembered
 * from one endpoint for another. Thread-safe; one for a node.
 *
 * <p>The deadline runs from the start of the exchange to the status line; a body may use up what is
 * left of it. It aborts connecting, the TLS handshake, writing and reading at once; looking up a
 * name ends after at most 5 s by itself.
 */
public final class HardenedClient implements AutoCloseable {

  /** The host of a request that is to be aimed at what its attempt prepared. */
  static final String NOWHERE = "endpoint.invalid";

  private static final TimeValue LONGEST_USE = TimeValue.ofSeconds(30);
  private static final Timeout LONGEST_LEASE = Timeout.ofSeconds(2);

  /** The rest is for attempts under way, the database, callers and the libraries. */
  private static final int SHARE_OF_FILES = 8;

  private final PoolingHttpClientConnectionManager connections;
  private final int mostIdle;
  private final Deadlines deadlines;
  private final AtomicBoolean freeing = new AtomicBoolean();
  private final RequestConfig config;

  /** A client that trusts whom the JVM trusts. */
  public HardenedClient(DeliverySettings settings) {
    this(settings, GuardedDnsResolver.create(settings, AddressRules.of(settings)), null);
  }

  HardenedClient(
      DeliverySettings settings, GuardedDnsResolver resolver, @Nullable KeyStore trusted) {
    this.connections = connections(settings, resolver, trusted);
    this.mostIdle = mostIdle(settings.inFlight(), mostFiles());
    this.deadlines = new Deadlines(settings.timeout(), this::sweep);
    this.config = requestConfig(settings);
  }

  /** So many connections may lie idle, which leaves files to all others. */
  static int mostIdle(int inFlight, long mostFiles) {
    return (int) Math.max(1, Math.min(2L * inFlight, mostFiles / SHARE_OF_FILES));
  }

  private static long mostFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /**
   * Closes what was idle for long; where messages go to very many endpoints, and each would keep
   * its connection, also what was idle for less, until no more are idle than twice the attempts
   * that may be in flight, nor than an eighth of the files that may be open. The pool bounds those
   * to one endpoint alone.
   */
  void sweep() {
    TimeValue idle = LONGEST_USE;
    connections.closeIdle(idle);
    while (idle.getDuration() > 0 && connections.getTotalStats().getAvailable() > mostIdle) {
      idle = TimeValue.ofSeconds(idle.getDuration() / 2);
      connections.closeIdle(idle);
    }
  }

  /** Closes all that is idle, soon: it must keep no attempt from its file, nor a caller of ours. */
  void freeFiles() {
    if (freeing.compareAndSet(false, true)) {
      boolean isUnderWay =
          deadlines.aside(
              () -> {
                freeing.set(false);
                connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
              });
      if (!isUnderWay) {
        freeing.set(false);
      }
    }
  }

  /** The pool of connections; to be set as {@code clientConnectionManager} of both components. */
  public PoolingHttpClientConnectionManager connectionManager() {
    return connections;
  }

  /**
   * Hardens a client that is being built on {@link #connectionManager()}, for posts outside of
   * routes. What the request's own configuration says of timeouts, redirects or authentication does
   * not count.
   */
  public void configure(HttpClientBuilder builder) {
    builder
        .setConnectionManager(connections)
        .setConnectionManagerShared(true)
        .setRequestExecutor(new BoundedExchange())
        .setDefaultRequestConfig(config)
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableContentCompression()
        .disableAuthCaching()
        .disableConnectionState()
        .disableDefaultUserAgent()
        .addExecInterceptorFirst(
            "changepost-attempt", new AttemptGuard(deadlines, config, this::freeFiles));
  }

  /**
   * The same, for the components of the routes; and each post to the host {@code endpoint.invalid}
   * becomes that of an attempt: its URL, its headers, its body, and nothing else. Where none was
   * prepared it fails with an {@link IllegalStateException}, and nothing is sent. Posts to other
   * hosts stay what they are.
   *
   * @param prepared finds what was prepared for the attempt of a context; null where there is none
   */
  public void configure(
      HttpClientBuilder builder, Function<HttpContext, @Nullable PreparedRequest> prepared) {
    configure(builder);
    builder.addExecInterceptorBefore(
        ChainElement.PROTOCOL.name(), "changepost-aim", new AimRequest(prepared));
  }

  @SuppressWarnings("deprecation") // a connect timeout of the request would else win over ours
  private static RequestConfig requestConfig(DeliverySettings settings) {
    return RequestConfig.custom()
        .setConnectTimeout(timeout(settings.connectTimeout()))
        .setConnectionRequestTimeout(LONGEST_LEASE)
        .setResponseTimeout(timeout(settings.timeout()))
        .setRedirectsEnabled(false)
        .setAuthenticationEnabled(false)
        .setExpectContinueEnabled(false)
        .setProtocolUpgradeEnabled(false)
        .setContentCompressionEnabled(false)
        .build();
  }

  private static PoolingHttpClientConnectionManager connections(
      DeliverySettings settings, GuardedDnsResolver resolver, @Nullable KeyStore trusted) {
    return new ChannelSockets()
        .setDnsResolver(resolver)
        .setTlsSocketStrategy(new StrictTls(trusted))
        .setConnectionFactory(new BoundedConnections())
        // Hundreds of threads lease and give back; the strict pool has one lock for all of them,
        // this one heeds no total: sweep() sees to it.
        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
        .setMaxConnPerRoute(settings.inFlight())
        .setDefaultSocketConfig(
            SocketConfig.custom().setSoTimeout(timeout(settings.timeout())).build())
        .setDefaultTlsConfig(
            TlsConfig.custom().setHandshakeTimeout(timeout(settings.connectTimeout())).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(timeout(settings.connectTimeout()))
                .setSocketTimeout(timeout(settings.timeout()))
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .setTimeToLive(LONGEST_USE)
                .build())
        .build();
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.ofMilliseconds(duration.toMillis());
  }

  /** Aborts what is under way and closes all connections. */
  @Override
  public void close() {
    connections.close(CloseMode.IMMEDIATE);
    deadlines.close();
  }
}
