package io.changepost.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.changepost.domain.Answer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A hardened client that may call the loopback, with short deadlines, and what posts with it. */
final class Attempts implements AutoCloseable {

  static final Duration DEADLINE = Duration.ofMillis(1_100);
  static final Duration CONNECT = Duration.ofMillis(600);

  final HardenedClient client;
  final PostOnce post;

  private Attempts(HardenedClient client) {
    this.client = client;
    this.post = new PostOnce(client, Clock.systemUTC());
  }

  static Attempts open() {
    return open(InetAddress::getAllByName, null);
  }

  static Attempts trusting(KeyStore trusted) {
    return open(InetAddress::getAllByName, trusted);
  }

  static Attempts open(GuardedDnsResolver.Lookup lookup, @Nullable KeyStore trusted) {
    DeliverySettings settings =
        new DeliverySettings(
            DEADLINE,
            CONNECT,
            false,
            Network.parseList("127.0.0.0/8, 10.255.255.0/24"),
            64,
            "Changepost/test");
    AddressRules rules = new AddressRules(settings.allowedNetworks(), Set.of());
    return new Attempts(
        new HardenedClient(settings, new GuardedDnsResolver(rules, lookup, CONNECT, 32), trusted));
  }

  Answer post(String url) {
    return post(url, "{\"id\":\"msg_1\"}".getBytes(UTF_8));
  }

  Answer post(String url, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Changepost/test");
    return post.post(new PreparedRequest(URI.create(url), headers, body));
  }

  static InetAddress[] unknown(String host) throws UnknownHostException {
    throw new UnknownHostException(host + ": Name or service not known");
  }

  static InetAddress[] addresses(String... texts) {
    return List.of(texts).stream()
        .map(text -> AddressLiteral.parse(text).orElseThrow())
        .toArray(InetAddress[]::new);
  }

  @Override
  public void close() {
    client.close();
  }
}
