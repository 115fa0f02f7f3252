package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.domain.Answer;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows C19 to C21 of the fault matrix: names. */
class ResolverTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:7f00:1]"})
  void c21_a_written_out_address_is_judged_where_it_is_connected_to(String host) {
    DeliverySettings publicOnly =
        new DeliverySettings(
            Attempts.DEADLINE, Attempts.CONNECT, false, List.of(), 4, "Changepost/test");
    try (Endpoint endpoint = Endpoint.start();
        HardenedClient client = new HardenedClient(publicOnly)) {
      PostOnce post = new PostOnce(client, java.time.Clock.systemUTC());
      Answer answer =
          post.post(
              new PreparedRequest(
                  java.net.URI.create("http://" + host + ":" + endpoint.port() + "/"),
                  java.util.Map.of(),
                  new byte[0]));
      assertThat(answer.error()).isEqualTo("blocked address");
      assertThat(answer.ours()).isTrue();
      assertThat(endpoint.connections()).isZero();
    }
  }

  @Test
  void where_the_first_address_of_a_name_refuses_the_second_is_called() {
    try (Endpoint endpoint = Endpoint.start();
        Attempts attempts =
            Attempts.open(host -> Attempts.addresses("127.0.0.2", "127.0.0.1"), null)) {
      String url = "http://two.example:" + endpoint.port() + "/";
      assertThat(attempts.post(url).status()).isEqualTo(200);
      assertThat(attempts.post(url).status()).isEqualTo(200);
      assertThat(endpoint.connections()).isEqualTo(1);
    }
  }

  @Test
  void c21_a_name_that_turns_private_between_two_attempts_is_not_called() {
    AtomicInteger asked = new AtomicInteger();
    try (Endpoint endpoint = Endpoint.start();
        Attempts attempts =
            Attempts.open(
                host -> Attempts.addresses(asked.getAndIncrement() == 0 ? "127.0.0.1" : "10.0.0.1"),
                null)) {
      endpoint.answer(Reply.of(200, "", "Connection: close"));
      String url = "http://rebind.example:" + endpoint.port() + "/";
      assertThat(attempts.post(url).status()).isEqualTo(200);
      assertThat(attempts.post(url).error()).isEqualTo("blocked address");
      assertThat(endpoint.connections()).isEqualTo(1);
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void c21_one_blocked_address_among_good_ones_is_enough() {
    try (Endpoint endpoint = Endpoint.start();
        Attempts attempts =
            Attempts.open(host -> Attempts.addresses("127.0.0.1", "127.0.0.2", "10.0.0.1"), null)) {
      assertThat(attempts.post("http://mixed.example:" + endpoint.port() + "/").error())
          .isEqualTo("blocked address");
      assertThat(endpoint.connections()).isZero();
    }
  }

  @Test
  void c19_an_unknown_name_is_dns_and_the_endpoints_own_failure() {
    try (Attempts attempts = Attempts.open(Attempts::unknown, null)) {
      Answer answer = attempts.post("http://nowhere.example/");
      assertThat(answer.error()).isEqualTo("dns");
      assertThat(answer.ours()).isFalse();
      assertThat(answer.notBegun()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Temporary failure in name resolution",
        // What there is where no file is left to ask a name server with.
        "System error",
        "Too many open files"
      })
  void c19_a_resolver_that_cannot_tell_is_dns_ours_and_no_attempt(String message) {
    try (Attempts attempts =
        Attempts.open(
            host -> {
              throw new UnknownHostException(host + ": " + message);
            },
            null)) {
      Answer answer = attempts.post("http://later.example/");
      assertThat(answer.error()).isEqualTo("dns");
      assertThat(answer.ours()).isTrue();
      assertThat(answer.notBegun()).isTrue();
    }
  }

  @Test
  void c19_a_resolver_that_hangs_is_dns_in_time_and_does_not_hold_up_others() {
    CountDownLatch never = new CountDownLatch(1);
    try (Endpoint endpoint = Endpoint.start();
        Attempts attempts =
            Attempts.open(
                host -> {
                  if (host.startsWith("hang")) {
                    await(never);
                  }
                  return Attempts.addresses("127.0.0.1");
                },
                null)) {
      List<Answer> hung =
          IntStream.range(0, 8)
              .parallel()
              .mapToObj(i -> attempts.post("http://hang" + i % 2 + ".example/"))
              .toList();
      assertThat(hung)
          .allSatisfy(
              answer -> {
                assertThat(answer.error()).isEqualTo("dns");
                assertThat(answer.ours()).isTrue();
                assertThat(answer.notBegun()).isTrue();
                assertThat(answer.duration()).isLessThan(Attempts.CONNECT.plusMillis(400));
              });
      assertThat(attempts.post("http://fine.example:" + endpoint.port() + "/").status())
          .isEqualTo(200);
    } finally {
      never.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void c19_one_host_has_one_lookup_under_way_and_a_full_pool_is_no_answer() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger lookups = new AtomicInteger();
    AddressRules rules = new AddressRules(List.of(), Set.of());
    GuardedDnsResolver resolver =
        new GuardedDnsResolver(
            rules,
            host -> {
              lookups.incrementAndGet();
              await(release);
              return Attempts.addresses("93.184.216.34");
            },
            Duration.ofMillis(200),
            1);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> resolver.resolve("one.example"))
          .isInstanceOf(ResolverUnavailableException.class);
    }
    assertThat(lookups).hasValue(1);
    assertThatThrownBy(() -> resolver.resolve("two.example"))
        .isInstanceOf(ResolverUnavailableException.class);
    assertThat(lookups).hasValue(1);
    release.countDown();
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .ignoreExceptions()
        .until(() -> resolver.resolve("two.example").length == 1);
  }

  @Test
  void c19_names_that_hang_leave_a_thread_to_a_host_that_was_found_before() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch hanging = new CountDownLatch(2);
    GuardedDnsResolver resolver =
        new GuardedDnsResolver(
            new AddressRules(List.of(), Set.of()),
            host -> {
              if (host.startsWith("hang")) {
                hanging.countDown();
                await(release);
              }
              return Attempts.addresses("93.184.216.34");
            },
            Duration.ofSeconds(5),
            4);
    ExecutorService attempts = Executors.newCachedThreadPool();
    try {
      assertThat(resolver.resolve("fine.example")).hasSize(1);
      for (int i = 0; i < 2; i++) {
        String host = "hang" + i + ".example";
        attempts.submit(() -> resolver.resolve(host));
      }
      hanging.await();
      for (int i = 2; i < 6; i++) {
        String host = "hang" + i + ".example";
        assertThatThrownBy(() -> resolver.resolve(host))
            .isInstanceOf(ResolverUnavailableException.class);
      }
      assertThat(resolver.resolve("fine.example")).hasSize(1);
    } finally {
      release.countDown();
      attempts.shutdown();
    }
  }

  @Test
  void c19_a_host_whose_lookup_got_no_thread_is_looked_up_the_next_time() throws Exception {
    AtomicInteger threads = new AtomicInteger();
    GuardedDnsResolver resolver =
        new GuardedDnsResolver(
            new AddressRules(List.of(), Set.of()),
            host -> Attempts.addresses("93.184.216.34"),
            Duration.ofSeconds(5),
            1,
            task -> {
              if (threads.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return DaemonThreads.named("test").newThread(task);
            });
    assertThatThrownBy(() -> resolver.resolve("one.example"))
        .isInstanceOf(ResolverUnavailableException.class);
    assertThat(resolver.resolve("one.example")).hasSize(1);
  }

  @Test
  void c19_a_thousand_dead_addresses_cost_two_connects() {
    try (Attempts attempts =
        Attempts.open(
            host -> {
              InetAddress[] dead = new InetAddress[1000];
              java.util.Arrays.setAll(
                  dead, i -> Attempts.addresses("127.1." + i / 250 + "." + (i % 250 + 1))[0]);
              return dead;
            },
            null)) {
      Answer answer = attempts.post("http://many.example:1/");
      assertThat(answer.error()).isEqualTo("connect");
      assertThat(answer.duration()).isLessThan(Attempts.DEADLINE);
    }
  }

  @Test
  void c20_each_new_connection_asks_again() {
    AtomicInteger asked = new AtomicInteger();
    try (Endpoint endpoint = Endpoint.start();
        Attempts attempts =
            Attempts.open(
                host -> {
                  asked.incrementAndGet();
                  return Attempts.addresses("127.0.0.1");
                },
                null)) {
      endpoint.answer(Reply.of(200, "", "Connection: close"));
      for (int i = 1; i <= 3; i++) {
        attempts.post("http://moving.example:" + endpoint.port() + "/");
        assertThat(asked).hasValue(i);
      }
      endpoint.answer(Reply.of(200, ""));
      for (int i = 0; i < 3; i++) {
        attempts.post("http://moving.example:" + endpoint.port() + "/");
      }
      assertThat(asked).hasValue(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.1", "2130706433", "0x7f000001", "0177.0.0.1", "1.2.3.4.5"})
  void an_ambiguous_form_never_reaches_the_resolver(String host) {
    GuardedDnsResolver resolver =
        new GuardedDnsResolver(
            new AddressRules(List.of(), Set.of()),
            name -> {
              throw new AssertionError("asked for " + name);
            },
            Duration.ofSeconds(1),
            1);
    assertThatThrownBy(() -> resolver.resolve(host)).isInstanceOf(BlockedAddressException.class);
  }
}
