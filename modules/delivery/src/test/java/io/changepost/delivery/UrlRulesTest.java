package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlRulesTest {

  private static final Map<String, List<String>> NAMES =
      Map.of(
          "public.example", List.of("93.184.216.34"),
          "private.example", List.of("10.0.0.1"),
          "mixed.example", List.of("93.184.216.34", "127.0.0.1"),
          "metadata.google.internal", List.of("169.254.169.254"),
          "localhost", List.of("127.0.0.1", "::1"),
          "hooks.internal", List.of("10.1.2.3"),
          "public.internal", List.of("93.184.216.34"),
          "xn--bcher-kva.example", List.of("93.184.216.34"));

  private static InetAddress[] lookup(String host) throws UnknownHostException {
    List<String> addresses = NAMES.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host + ": Name or service not known");
    }
    return addresses.stream()
        .map(text -> AddressLiteral.parse(text).orElseThrow())
        .toArray(InetAddress[]::new);
  }

  private static UrlRules rules(boolean httpsOnly, String allowed) {
    AddressRules addresses = new AddressRules(Network.parseList(allowed), Set.of());
    return new UrlRules(
        httpsOnly,
        addresses,
        new GuardedDnsResolver(addresses, UrlRulesTest::lookup, Duration.ofSeconds(1), 4));
  }

  private static String code(UrlRules rules, String url) {
    return rules.check(url).map(Refusal::code).orElse("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://public.example",
        "https://public.example/",
        "https://public.example/hook?a=1&b=%2F%20&a=2",
        "https://public.example?x",
        "https://public.example:443/x",
        "https://public.example:8443/x",
        "https://public.example:65535/x",
        "HTTPS://PUBLIC.example/X",
        "https://93.184.216.34/x",
        "https://[2606:4700:4700::1111]/x",
        "https://[2606:4700:4700::1111]:8443/x",
        "https://bücher.example/x",
        "https://xn--strae-oqa.example/",
        "https://例え.jp/x",
        "https://हिन्दी.example/x",
        "https://l·l.example/x",
        "https://public.example:80/x",
        "https://public.example:1024/x",
        "https://not-there-yet.example/x",
        "https://1a.example/x",
        "https://a.b.c.d.e.f.example/x",
        "https://public.example/%0d%0aX:y",
        "https://public.example/?httpMethod=DELETE&followRedirects=true&bridgeEndpoint=true",
        "https://public.example/RAW/$x/~!*'();:@&=+,",
      })
  void a_public_https_url_is_taken(String url) {
    assertThat(rules(true, "").check(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "http://public.example/x https_required",
        "HTTP://public.example/x https_required",
        "https://127.0.0.1/ blocked_address",
        "https://127.0.0.1:8443/ blocked_address",
        "https://0.0.0.0/ blocked_address",
        "https://10.1.2.3/ blocked_address",
        "https://169.254.169.254/latest/meta-data/ blocked_address",
        "https://168.63.129.16/ blocked_address",
        "https://[::1]/ blocked_address",
        "https://[::]/ blocked_address",
        "https://[::ffff:127.0.0.1]/ blocked_address",
        "https://[::ffff:7f00:1]/ blocked_address",
        "https://[::127.0.0.1]/ blocked_address",
        "https://[64:ff9b::7f00:1]/ blocked_address",
        "https://[64:ff9b:1::1]/ blocked_address",
        "https://[2002:7f00:1::]/ blocked_address",
        "https://[2001::1]/ blocked_address",
        "https://[fd00:ec2::254]/ blocked_address",
        "https://[fe80::1]/ blocked_address",
        "https://[fe80::1%25lo]/ invalid_host",
        "https://[fe80::1%lo]/ invalid_host",
        "https://[::1 invalid_host",
        "https://[::1]x/ invalid_host",
        "https://[::1]]/ invalid_host",
        "https://[]/ invalid_host",
        "https://[127.0.0.1]/ invalid_host",
        "https://[v1.x]/ invalid_host",
        "https://::1/ invalid_url",
        "https://127.1/ invalid_host",
        "https://127.0.1/ invalid_host",
        "https://0/ invalid_host",
        "https://2130706433/ invalid_host",
        "https://2852039166/ invalid_host",
        "https://0177.0.0.1/ invalid_host",
        "https://0x7f.0.0.1/ invalid_host",
        "https://0x7f000001/ invalid_host",
        "https://0X7F000001/ invalid_host",
        "https://017700000001/ invalid_host",
        "https://127.0.0.01/ invalid_host",
        "https://127.0.0.256/ invalid_host",
        "https://127.0.0.1./ invalid_host",
        "https://1.2.3.4.5/ invalid_host",
        "https://example.0x10/ invalid_host",
        "https://example.123/ invalid_host",
        "https://①②⑦.⓪.⓪.①/ blocked_address",
        "https://１２７.０.０.１/ blocked_address",
        "https://127。0。0。1/ blocked_address",
        "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/ blocked_address",
        "https://localhost/ blocked_address",
        "https://LOCALHOST/ blocked_address",
        "https://localhost:8443/ blocked_address",
        "https://localhost./ invalid_host",
        "https://x.localhost/ blocked_address",
        "https://intranet/ blocked_address",
        "https://printer.local/ blocked_address",
        "https://hooks.internal/ blocked_address",
        "https://public.internal/ blocked_address",
        "https://metadata.google.internal/ blocked_address",
        "https://kubernetes.default.svc/ blocked_address",
        "https://kubernetes.default/ blocked_address",
        "https://db.consul/ blocked_address",
        "https://169.254.169.254⁄public.example/ invalid_host",
        "https://127.0.0.1∕public.example/ invalid_host",
        "https://127.0.0.1․public.example/ invalid_host",
        "https://local\u200bhost/ invalid_host",
        "https://local\u00adhost/ invalid_host",
        "https://straße.example/ invalid_host",
        "https://STRAẞE.example/ invalid_host",
        "https://βόλος.example/ invalid_host",
        "https://local\u200chost/ invalid_host",
        "https://pub\u200dlic.example/ invalid_host",
        "https://public.example:81/ blocked_port",
        "https://public.example:1023/ blocked_port",
        "https://public.example:6443/ blocked_port",
        "https://router.lan/ blocked_address",
        "https://nas.home.arpa/ blocked_address",
        "https://private.example/ blocked_address",
        "https://mixed.example/ blocked_address",
        "https://good@127.0.0.1/ invalid_url",
        "https://127.0.0.1%2f@good.example/ invalid_url",
        "https://user:pw@public.example/ invalid_url",
        "https://@public.example/ invalid_url",
        "https://127.0.0.1%2fpublic.example/ invalid_host",
        "https://public.example%00/ invalid_host",
        "https://public.example%0d%0a/ invalid_host",
        "https://127.0.0.1\\@public.example/ invalid_url",
        "https://public.example\\x invalid_host",
        "https://127.0.0.1#@public.example invalid_url",
        "https://public.example/#x invalid_url",
        "https://public.example/x# invalid_url",
        "https://127.0.0.1?@public.example blocked_address",
        "https://public.example:80:8080/ invalid_url",
        "https://public.example:0/ invalid_url",
        "https://public.example:99999/ invalid_url",
        "https://public.example:65536/ invalid_url",
        "https://public.example:/ invalid_url",
        "https://public.example:-1/ invalid_url",
        "https://public.example:+443/ invalid_url",
        "https://public.example:４４３/ invalid_url",
        "https://public.example:22/ blocked_port",
        "https://public.example:25/ blocked_port",
        "https://public.example:53/ blocked_port",
        "https://public.example:5432/ blocked_port",
        "https://public.example:6379/ blocked_port",
        "https://public.example:9200/ blocked_port",
        "https://public.example:11211/ blocked_port",
        "https://public.example:27017/ blocked_port",
        "https:/public.example invalid_url",
        "https:///public.example invalid_host",
        "https:public.example invalid_url",
        "https:// invalid_host",
        "https://? invalid_host",
        "//public.example/ invalid_url",
        "public.example invalid_url",
        "file:///etc/passwd invalid_url",
        "gopher://public.example/ invalid_url",
        "jar:https://public.example/x!/ invalid_url",
        "ldap://public.example/ invalid_url",
        "ftp://public.example/ invalid_url",
        "data:text/plain,x invalid_url",
        "javascript:alert(1) invalid_url",
        "httpsx://public.example/ invalid_url",
        "https+unix://public.example/ invalid_url",
        "https://public.example/{{env:DB_PASSWORD}} invalid_url",
        "https://public.example/{{bean:x}} invalid_url",
        "https://{{env:HOME}}.example/ invalid_url",
        "https://public.example/${header.x} invalid_url",
        "https://public.example/?x=RAW(y) invalid_url",
        "https://public.example/?x=RAW{y} invalid_url",
        "https://public.example/{x} invalid_url",
        "https://public.example/%zz invalid_url",
        "https://public.example/a|b invalid_url",
        "https://public.example/<svg> invalid_url",
        "https://public.example/ü invalid_url",
        "https://a_b.example/ invalid_host",
        "https://-a.example/ invalid_host",
        "https://a-.example/ invalid_host",
        "https://a..example/ invalid_host",
        "https://.example/ invalid_host",
        "https://public.example./ invalid_host",
        "https://exa*mple.com/ invalid_host",
        "https://exa,mple.com/ invalid_host",
        "https://$x.example/ invalid_host",
      })
  void any_other_url_is_refused_with_its_code(String url, String code) {
    assertThat(code(rules(true, ""), url)).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "https://public.example/ x",
        " https://public.example/",
        "https://public.example/\t",
        "https://public.example/\r\nHost: x",
        "https://public\t.example/",
        "https://pub\r\nlic.example/",
        "https://public.example/\u0000",
        "https://public\u0000.example/",
        "\u0000",
        "https://\ud800.example/"
      })
  void control_characters_and_space_are_refused(String url) {
    assertThat(rules(true, "").check(url)).isPresent();
  }

  @Test
  void lengths_are_bounded() {
    String base = "https://public.example/";
    assertThat(rules(true, "").check(base + "x".repeat(2048 - base.length()))).isEmpty();
    assertThat(rules(true, "").check(base + "x".repeat(2049 - base.length()))).isPresent();
    String label = "a".repeat(63);
    assertThat(rules(true, "").check("https://" + label + ".example/")).isEmpty();
    assertThat(rules(true, "").check("https://a" + label + ".example/")).isPresent();
    assertThat(rules(true, "").check("https://" + (label + ".").repeat(4) + "example/"))
        .isPresent();
  }

  @Test
  void a_blocked_address_names_the_setting_and_not_the_address_behind_a_name() {
    for (String url :
        List.of(
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://localhost/",
            "https://private.example/",
            "https://169.254.169.254/")) {
      Optional<Refusal> refusal = rules(true, "").check(url);
      assertThat(refusal.orElseThrow().message())
          .contains("changepost.endpoints.allowed-networks")
          .doesNotContain("10.0.0.1");
    }
  }

  @Test
  void nobody_is_told_that_a_setting_would_let_a_metadata_service_in() {
    assertThat(rules(true, "").check("https://169.254.169.254/").orElseThrow().message())
        .contains("never called");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080/x, 127.0.0.0/8, ok",
    "http://127.0.0.1:8080/x, 10.0.0.0/8, blocked_address",
    "http://localhost:8080/x, '127.0.0.0/8, ::1', ok",
    "http://localhost:8080/x, 127.0.0.0/8, blocked_address",
    "http://hooks.internal/x, 10.0.0.0/8, ok",
    "http://public.internal/x, 10.0.0.0/8, blocked_address",
    "http://unknown.internal/x, 10.0.0.0/8, blocked_address",
    "http://metadata.google.internal/x, 0.0.0.0/0, blocked_address",
    "http://169.254.169.254/x, 169.254.0.0/16, blocked_address",
    "http://[::ffff:169.254.169.254]/x, '0.0.0.0/0, ::/0', blocked_address",
    "http://private.example/x, 10.0.0.0/8, ok",
    "http://mixed.example/x, 127.0.0.0/8, ok",
    "http://127.0.0.1:22/x, 127.0.0.0/8, blocked_port",
    "http://127.1/x, 127.0.0.0/8, invalid_host",
  })
  void an_allow_list_lets_in_what_it_names(String url, String allowed, String code) {
    assertThat(code(rules(false, allowed), url)).isEqualTo(code);
  }

  /** What the address table refuses is refused in a URL as well. */
  @ParameterizedTest
  @MethodSource("io.changepost.delivery.AddressRulesTest#blocked")
  void a_special_address_is_refused_in_a_url(String address) {
    String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    assertThat(code(rules(true, ""), "https://" + host + "/")).isEqualTo("blocked_address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"straße", "STRAẞE", "βόλος", "pub\u200clic", "pub\u200dlic"})
  void a_host_that_may_be_read_as_anothers_is_to_be_written_in_its_own_form(String label) {
    assertThat(rules(true, "").check("https://" + label + ".example/").orElseThrow().message())
        .contains("xn--");
  }

  @Test
  void what_is_called_is_in_lower_case_and_ascii_and_else_untouched() throws Exception {
    assertThat(TargetUrl.parse("HTTPS://Bücher.EXAMPLE:8443/A%2fb?Q=%20", true).uri())
        .hasToString("https://xn--bcher-kva.example:8443/A%2fb?Q=%20");
    assertThat(TargetUrl.parse("https://[::FFFF:8.8.8.8]/", true).uri())
        .hasToString("https://8.8.8.8/");
    assertThat(TargetUrl.parse("https://[2606:4700::1111]:8099/x", true).uri().getHost())
        .isEqualTo("[2606:4700::1111]");
  }

  @Test
  void words_are_compared_the_same_in_every_language() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(code(rules(true, ""), "HTTPS://X.INTERNAL/")).isEqualTo("blocked_address");
    } finally {
      Locale.setDefault(before);
    }
  }
}
