package io.changepost.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules for the URL of a webhook; the same for creating, changing, testing and replaying.
 * Thread-safe. What a name resolves to can change, so every connection is judged again by {@link
 * GuardedDnsResolver}.
 */
public final class UrlRules {

  /** The code of a refusal that the operator's allow-list could lift. */
  public static final String BLOCKED_ADDRESS = "blocked_address";

  /** What an operator lets private networks in with. */
  static final String SETTING = "changepost.endpoints.allowed-networks";

  private static final List<String> LOCAL_SUFFIXES =
      List.of(
          ".localhost",
          ".local",
          ".internal",
          ".svc",
          ".lan",
          ".intranet",
          ".corp",
          ".home",
          ".home.arpa",
          ".localdomain",
          ".private",
          ".default",
          ".docker",
          ".consul",
          ".onion");

  private final boolean httpsOnly;
  private final AddressRules addresses;
  private final GuardedDnsResolver resolver;

  /** Rules that resolve names with the JDK. */
  public UrlRules(DeliverySettings settings) {
    this(settings, AddressRules.of(settings));
  }

  private UrlRules(DeliverySettings settings, AddressRules addresses) {
    this(settings.httpsOnly(), addresses, GuardedDnsResolver.create(settings, addresses));
  }

  UrlRules(boolean httpsOnly, AddressRules addresses, GuardedDnsResolver resolver) {
    this.httpsOnly = httpsOnly;
    this.addresses = addresses;
    this.resolver = resolver;
  }

  /**
   * Why the URL is refused; empty where it may be used. May wait for the resolver, up to 5 s. A
   * public name that does not resolve (yet) is accepted. Never throws.
   */
  public Optional<Refusal> check(String url) {
    TargetUrl target;
    try {
      target = TargetUrl.parse(url, httpsOnly);
    } catch (RefusedException refused) {
      return Optional.of(refused.refusal());
    }
    if (target.literal().isPresent()) {
      return judged(target, addresses.judge(target.literal().get()));
    }
    return isLocalName(target.host())
        ? checkAddresses(target, addresses::allowsByList, true)
        : checkAddresses(target, addresses::allows, false);
  }

  private static Optional<Refusal> judged(TargetUrl target, AddressRules.Verdict verdict) {
    return switch (verdict) {
      case ALLOWED -> Optional.empty();
      case BLOCKED -> blocked(target);
      case METADATA ->
          Optional.of(
              new Refusal(
                  BLOCKED_ADDRESS,
                  target.host()
                      + " belongs to a metadata service of a cloud and is never called, whatever "
                      + SETTING
                      + " lets in."));
    };
  }

  private Optional<Refusal> checkAddresses(
      TargetUrl target, Predicate<InetAddress> allows, boolean mustResolve) {
    try {
      boolean all = Arrays.stream(resolver.addresses(target.host())).allMatch(allows);
      return all ? Optional.empty() : blocked(target);
    } catch (UnknownHostException unknown) {
      return mustResolve ? blocked(target) : Optional.empty();
    }
  }

  private static Optional<Refusal> blocked(TargetUrl target) {
    return Optional.of(
        new Refusal(
            BLOCKED_ADDRESS,
            target.host()
                + " is not a public address. An operator can let private networks in with "
                + SETTING
                + "."));
  }

  static boolean isLocalName(String host) {
    return host.indexOf('.') < 0 || LOCAL_SUFFIXES.stream().anyMatch(host::endsWith);
  }
}
