package io.changepost.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a host and refuses it where any of its addresses must not be called. The client connects
 * to what this returns and asks for written-out addresses too, so nothing can be called that was
 * not judged here. Thread-safe.
 *
 * <p>A lookup cannot be stopped, so it runs in a thread of its own pool and is only waited for that
 * long; one host never has more than one lookup under way, and hosts that hang leave threads to
 * those that answer ({@link LookupShares}).
 */
public final class GuardedDnsResolver implements DnsResolver {

  /** How a name becomes addresses; the JDK's way outside tests. */
  interface Lookup {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int MOST_ADDRESSES = 2;
  private static final InetAddress[] NONE = {};

  private final AddressRules rules;
  private final Lookup lookup;
  private final Duration wait;
  private final LookupShares shares;
  private final ExecutorService pool;
  private final Map<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

  GuardedDnsResolver(AddressRules rules, Lookup lookup, Duration wait, int threads) {
    this(rules, lookup, wait, threads, DaemonThreads.named("resolve"));
  }

  GuardedDnsResolver(
      AddressRules rules, Lookup lookup, Duration wait, int threads, ThreadFactory factory) {
    this.rules = rules;
    this.lookup = lookup;
    this.wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    this.shares = new LookupShares(threads, this.wait, System::nanoTime);
    this.pool =
        new ThreadPoolExecutor(0, threads, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
  }

  /**
   * A resolver on the JDK's, with as many threads as there may be attempts, and as many again for
   * hosts that are known to answer.
   */
  static GuardedDnsResolver create(DeliverySettings settings, AddressRules rules) {
    return new GuardedDnsResolver(
        rules, InetAddress::getAllByName, settings.timeout(), 2 * (settings.inFlight() + 16));
  }

  /**
   * At most two addresses of the host, each of them judged.
   *
   * @throws BlockedAddressException where any address of the host is refused
   * @throws UnknownHostException where there is none, or none in time
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = addresses(host);
    for (InetAddress address : addresses) {
      if (!rules.allows(address)) {
        throw new BlockedAddressException(host);
      }
    }
    return addresses.length <= MOST_ADDRESSES
        ? addresses
        : Arrays.copyOf(addresses, MOST_ADDRESSES);
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    // Only Kerberos asks for it; the name as given keeps that from being a second, unjudged lookup.
    return host;
  }

  /** All addresses of the host, not judged. */
  InetAddress[] addresses(String host) throws UnknownHostException {
    Optional<InetAddress> literal = AddressLiteral.parse(withoutBrackets(host));
    if (literal.isPresent()) {
      return new InetAddress[] {literal.get()};
    }
    if (TargetUrl.endsInNumber(host)) {
      // Forms such as 127.1 or 2130706433, which the JDK would read as an address.
      throw new BlockedAddressException(host);
    }
    InetAddress[] addresses = await(host);
    if (addresses.length == 0) {
      throw new UnknownHostException(host);
    }
    return addresses;
  }

  private InetAddress[] await(String host) throws UnknownHostException {
    try {
      return start(host.toLowerCase(Locale.ROOT)).get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw unknown(host, failed.getCause());
    } catch (TimeoutException | RejectedExecutionException notNow) {
      throw new ResolverUnavailableException(host);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ResolverUnavailableException(host);
    }
  }

  private CompletableFuture<InetAddress[]> start(String host) {
    CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
    CompletableFuture<InetAddress[]> other = underWay.putIfAbsent(host, mine);
    if (other != null) {
      return other;
    }
    try {
      execute(host, mine);
    } catch (RejectedExecutionException | Error none) {
      // No thread is free, or none can be made. What nobody looks up must not stay under way.
      underWay.remove(host, mine);
      mine.completeExceptionally(none);
      throw new RejectedExecutionException("no thread for a lookup", none);
    }
    return mine;
  }

  private void execute(String host, CompletableFuture<InetAddress[]> result) {
    LookupShares.Share share = shares.take(host);
    boolean begun = false;
    try {
      pool.execute(() -> run(host, result, share));
      begun = true;
    } finally {
      if (!begun) {
        share.giveBack();
      }
    }
  }

  private void run(String host, CompletableFuture<InetAddress[]> result, LookupShares.Share share) {
    InetAddress[] addresses = NONE;
    Throwable failure = null;
    try {
      addresses = lookup.addresses(host);
    } catch (UnknownHostException | RuntimeException | Error failed) {
      failure = failed;
    }
    try {
      share.ended();
    } finally {
      // Before anybody hears of it: who asks again then wants another lookup.
      underWay.remove(host, result);
      if (failure == null) {
        result.complete(addresses);
      } else {
        result.completeExceptionally(failure);
      }
    }
  }

  private static UnknownHostException unknown(String host, @Nullable Throwable cause) {
    // The JDK tells "no such name" and "ask again later" apart by this text alone.
    String message = cause == null ? "" : String.valueOf(cause.getMessage());
    boolean temporary =
        !(cause instanceof UnknownHostException)
            || message.toLowerCase(Locale.ROOT).contains("temporary failure")
            // The resolver's own error, such as having no file left to ask with.
            || message.endsWith(": System error")
            || Lack.ofText(message) != null;
    return temporary ? new ResolverUnavailableException(host) : new UnknownHostException(host);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
