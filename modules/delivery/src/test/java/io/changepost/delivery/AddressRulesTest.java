package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.delivery.AddressRules.Verdict;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {

  private static final AddressRules PUBLIC_ONLY = new AddressRules(List.of(), Set.of());
  private static final AddressRules EVERYTHING =
      new AddressRules(Network.parseList("0.0.0.0/0, ::/0"), Set.of());

  static final String METADATA =
      """
      169.254.169.254 169.254.169.253 169.254.170.2 169.254.170.23 100.100.100.200 192.0.0.192
      168.63.129.16 fd00:ec2::254 fd00:ec2::253 fd00:ec2::23 fd20:ce::254
      ::ffff:169.254.169.254 ::169.254.169.254 64:ff9b::169.254.169.254 64:ff9b::a9fe:a9fe
      64:ff9b:1::169.254.169.254 2002:a9fe:a9fe::1 ::ffff:168.63.129.16
      """;

  static final String BLOCKED =
      """
      0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.64.0.1
      100.127.255.255 127.0.0.0 127.0.0.1 127.0.1.1 127.255.255.255 169.254.0.0 169.254.1.1
      169.254.255.255 172.16.0.0 172.16.0.1 172.20.10.2 172.31.255.255 192.0.0.0 192.0.0.1
      192.0.0.8 192.0.0.170 192.0.0.171 192.0.0.255 192.0.2.0 192.0.2.1 192.0.2.255
      192.31.196.1 192.52.193.1 192.88.99.0 192.88.99.1 192.88.99.255 192.168.0.0 192.168.0.1
      192.168.1.254 192.168.255.255 192.175.48.1 198.18.0.0 198.18.0.1 198.19.255.255
      198.51.100.0 198.51.100.7 198.51.100.255 203.0.113.0 203.0.113.9 203.0.113.255 224.0.0.0
      224.0.0.1 239.255.255.250 239.255.255.255 240.0.0.0 240.0.0.1 250.1.2.3 255.255.255.254
      255.255.255.255
      :: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:0.0.0.0 ::ffff:127.0.0.1 ::ffff:7f00:1
      ::ffff:10.0.0.1 ::ffff:192.168.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::7f00:1
      64:ff9b::8.8.8.8 64:ff9b:1::1 64:ff9b:1::8.8.8.8 100::1 100:0:0:1::1 2001::1
      2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:2::1 2001:3::1 2001:4:112::1
      2001:10::1 2001:20::1 2001:30::1 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8::
      2001:db8::1 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2a00:1450:4001:800:0:5efe:7f00:1
      2606:4700::200:5efe:a00:1 2002:: 2002:7f00:1::
      2002:7f00:1::7f00:1 2002:808:808::1 2620:4f:8000::1 3fff::1 3fff:fff::1 4000::1 5f00::1
      8000::1 c000::1 fc00::1 fc00::127.0.0.1 fd00::1 fd12:3456:789a:1::1 fdff:ffff::1 fe80::1
      fe80::1ff:fe23:4567:890a febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff02::fb ff05::2 ff0e::1
      ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 1::1 1fff:ffff::1
      """;

  static final String PUBLIC =
      """
      1.0.0.1 1.1.1.1 8.8.8.8 9.9.9.9 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255
      100.128.0.0 126.255.255.255 128.0.0.1 140.82.112.3 151.101.1.69 168.63.129.15
      168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255
      192.0.1.0 192.0.3.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255
      198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
      ::ffff:8.8.8.8 2000::1 2001:200::1 2001:4860:4860::8888 2001:db7:ffff::1 2001:db9::1
      2003::1 2400:cb00::1 2600:1f18::1 2606:4700:4700::1111 2620:4f:7fff::1 2620:4f:8001::1
      2620:fe::fe 2a00:1450:4001::1 2a01:4f8::1 3ffe:ffff::1 3fff:1000::1
      """;

  private static Stream<String> list(String text) {
    return Arrays.stream(text.strip().split("\\s+"));
  }

  static Stream<String> metadata() {
    return list(METADATA);
  }

  static Stream<String> blocked() {
    return list(BLOCKED);
  }

  static Stream<String> allowed() {
    return list(PUBLIC);
  }

  private static InetAddress address(String text) {
    return AddressLiteral.parse(text).orElseThrow(() -> new AssertionError(text));
  }

  @ParameterizedTest
  @MethodSource("metadata")
  void a_metadata_service_is_refused_even_where_all_is_allowed(String text) {
    assertThat(PUBLIC_ONLY.judge(address(text))).isEqualTo(Verdict.METADATA);
    assertThat(EVERYTHING.judge(address(text))).isEqualTo(Verdict.METADATA);
    assertThat(EVERYTHING.allowsByList(address(text))).isFalse();
  }

  @ParameterizedTest
  @MethodSource("blocked")
  void a_special_address_is_refused_unless_it_is_allow_listed(String text) {
    assertThat(PUBLIC_ONLY.judge(address(text))).isEqualTo(Verdict.BLOCKED);
    assertThat(EVERYTHING.judge(address(text))).isEqualTo(Verdict.ALLOWED);
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void a_public_address_is_let_through(String text) {
    assertThat(PUBLIC_ONLY.judge(address(text))).isEqualTo(Verdict.ALLOWED);
    assertThat(PUBLIC_ONLY.allowsByList(address(text))).isFalse();
  }

  @Test
  void the_tables_are_long_enough_to_mean_something() {
    assertThat(metadata().count() + blocked().count() + allowed().count())
        .isGreaterThanOrEqualTo(150);
  }

  @Test
  void an_ipv4_address_kept_in_ipv6_bytes_is_unwrapped() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 127;
    mapped[15] = 1;
    Inet6Address odd = Inet6Address.getByAddress("odd", mapped, 0);
    assertThat(PUBLIC_ONLY.judge(odd)).isEqualTo(Verdict.BLOCKED);
    AddressRules loopback = new AddressRules(Network.parseList("127.0.0.0/8"), Set.of());
    assertThat(loopback.judge(odd)).isEqualTo(Verdict.ALLOWED);
    assertThat(loopback.judge(address("::1"))).isEqualTo(Verdict.BLOCKED);
    assertThat(loopback.judge(address("10.0.0.1"))).isEqualTo(Verdict.BLOCKED);
  }

  @Test
  void our_own_public_addresses_are_refused() {
    AddressRules rules = new AddressRules(List.of(), Set.of(address("93.184.216.34")));
    assertThat(rules.judge(address("93.184.216.34"))).isEqualTo(Verdict.BLOCKED);
    assertThat(rules.judge(address("93.184.216.35"))).isEqualTo(Verdict.ALLOWED);
  }

  @Test
  void no_flag_of_the_jdk_is_let_through() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      InetAddress address = InetAddress.getByAddress(bytes);
      boolean special =
          address.isLoopbackAddress()
              || address.isAnyLocalAddress()
              || address.isLinkLocalAddress()
              || address.isSiteLocalAddress()
              || address.isMulticastAddress();
      if (special) {
        assertThat(PUBLIC_ONLY.allows(address)).as(address.toString()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.0.0/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "10.0.0.0/",
        "::/129",
        "localhost/8",
        "example.com",
        "0x7f.0.0.1/8",
        "010.0.0.0/8",
        "fe80::1%lo/64",
        "[::1]/128",
        "10.0.0.0/8/8"
      })
  void what_is_no_network_is_refused_with_its_text(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void a_network_holds_its_range_and_no_more() {
    Network network = Network.parse("10.11.12.13/23");
    assertThat(network.contains(address("10.11.12.0"))).isTrue();
    assertThat(network.contains(address("10.11.13.255"))).isTrue();
    assertThat(network.contains(address("10.11.14.0"))).isFalse();
    assertThat(network.contains(address("::1"))).isFalse();
    assertThat(Network.parse("0.0.0.0/0").contains(address("255.1.2.3"))).isTrue();
    assertThat(Network.parse("fd00::/8").contains(address("fdff::1"))).isTrue();
    assertThat(Network.parse("127.0.0.1")).hasToString("127.0.0.1/32");
    assertThat(Network.parseList(" ")).isEmpty();
  }
}
