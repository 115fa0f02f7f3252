package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The samples of docs/receiving.md in their languages, each against the same messages: right ones,
 * one signed with two secrets, and wrong ones.
 */
class ReceivingPageIT {

  private static final String ID = "msg_AAAAAAABYJIAAAAAAAAAB2ZzZs2iMu8c";
  private static final String BODY = "{\"name\":\"Jörg & Söhne\",\"amount\":1.00}";
  private static final String SECRET = secret((byte) 7);
  private static final String OTHER = secret((byte) 8);

  /** A message as it came, and whether it is to be accepted. */
  private record Case(String timestamp, String signatures, String body, boolean good) {}

  private static String secret(byte each) {
    byte[] key = new byte[32];
    Arrays.fill(key, each);
    return "whsec_" + Base64.getEncoder().encodeToString(key);
  }

  private static String sign(String secret, String timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
      return "v1,"
          + Base64.getEncoder()
              .encodeToString(
                  mac.doFinal(
                      (ID + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Case> cases() {
    long seconds = Instant.now().getEpochSecond();
    String now = Long.toString(seconds);
    String old = Long.toString(seconds - 1_000);
    String early = Long.toString(seconds + 1_000);
    return List.of(
        new Case(now, sign(SECRET, now, BODY), BODY, true),
        new Case(now, sign(OTHER, now, BODY) + " " + sign(SECRET, now, BODY), BODY, true),
        new Case(now, sign(SECRET, now, BODY) + " v1a,AAAA", BODY, true),
        new Case(now, sign(OTHER, now, BODY), BODY, false),
        new Case(now, sign(SECRET, now, BODY), BODY.replace("1.00", "9.00"), false),
        new Case(old, sign(SECRET, old, BODY), BODY, false),
        new Case(early, sign(SECRET, early, BODY), BODY, false),
        new Case(now, "v1,", BODY, false),
        new Case("now", sign(SECRET, "now", BODY), BODY, false));
  }

  private static void assertAllJudgedRight(Path folder, String... command) {
    for (Case one : cases()) {
      Pages.Ended ended =
          Pages.run(
              folder,
              Map.of(
                  "SECRET", SECRET,
                  "ID", ID,
                  "TIMESTAMP", one.timestamp(),
                  "SIGNATURES", one.signatures(),
                  "BODY", one.body()),
              command);
      assertThat(ended.status()).as(ended.output()).isZero();
      assertThat(ended.output().strip()).as("%s", one).isEqualTo(one.good() ? "good" : "bad");
    }
  }

  @Test
  void python(@TempDir Path folder) throws IOException {
    assumeTrue(Pages.isThere("python3"), "Python is not installed");
    Files.writeString(
        folder.resolve("sample.py"),
        Pages.blocks("receiving.md", "python").get(0)
            + """

            import os
            e = os.environ
            headers = {"webhook-id": e["ID"], "webhook-timestamp": e["TIMESTAMP"], "webhook-signature": e["SIGNATURES"]}
            print("good" if verify(e["SECRET"], headers, e["BODY"].encode()) else "bad")
            """);
    assertAllJudgedRight(folder, "env", "PYTHONUTF8=1", "python3", "sample.py");
  }

  @Test
  void node(@TempDir Path folder) throws IOException {
    assumeTrue(Pages.isThere("node"), "Node is not installed");
    Files.writeString(
        folder.resolve("sample.js"),
        Pages.blocks("receiving.md", "js").get(0)
            + """

            const e = process.env;
            const headers = {'webhook-id': e.ID, 'webhook-timestamp': e.TIMESTAMP, 'webhook-signature': e.SIGNATURES};
            console.log(verify(e.SECRET, headers, Buffer.from(e.BODY)) ? 'good' : 'bad');
            """);
    assertAllJudgedRight(folder, "node", "sample.js");
  }

  @Test
  void php(@TempDir Path folder) throws IOException {
    assumeTrue(Pages.isThere("php"), "PHP is not installed");
    Files.writeString(
        folder.resolve("sample.php"),
        Pages.blocks("receiving.md", "php").get(0)
            + """

            echo verify(getenv('SECRET'), getenv('ID'), getenv('TIMESTAMP'), getenv('SIGNATURES'), getenv('BODY')) ? 'good' : 'bad';
            """);
    assertAllJudgedRight(folder, "php", "sample.php");
  }

  @Test
  void java(@TempDir Path folder) throws IOException {
    String sample = Pages.blocks("receiving.md", "java").get(0);
    Files.writeString(
        folder.resolve("Sample.java"),
        sample.replace("final class Signature {", "final class Sample {")
            + """

            final class Try {
              private Try() {}

              public static void main(String[] args) throws Exception {
                var e = System.getenv();
                boolean good = Sample.verify(e.get("SECRET"), e.get("ID"), e.get("TIMESTAMP"), e.get("SIGNATURES"),
                    e.get("BODY").getBytes(StandardCharsets.UTF_8));
                System.out.println(good ? "good" : "bad");
              }
            }
            """);
    String bin = Path.of(System.getProperty("java.home"), "bin").toString();
    Pages.Ended compiled =
        Pages.run(folder, Map.of(), bin + "/javac", "-encoding", "UTF-8", "Sample.java");
    assertThat(compiled.status()).as(compiled.output()).isZero();
    assertAllJudgedRight(
        folder, "env", "LC_ALL=C.UTF-8", bin + "/java", "-Dfile.encoding=UTF-8", "-cp", ".", "Try");
  }

  @Test
  void the_asymmetric_signature_in_node(@TempDir Path folder) throws Exception {
    assumeTrue(Pages.isThere("node"), "Node is not installed");
    Files.writeString(
        folder.resolve("sample.js"),
        Pages.blocks("receiving.md", "js").get(1)
            + """

            const e = process.env;
            const headers = {'webhook-id': e.ID, 'webhook-timestamp': e.TIMESTAMP, 'webhook-signature': e.SIGNATURES};
            console.log(verifyAsymmetric(e.PUBLIC_KEY, headers, Buffer.from(e.BODY)) ? 'good' : 'bad');
            """);
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = pair.getPublic().getEncoded();
    String publicKey =
        "whpk_"
            + Base64.getEncoder()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    String now = Long.toString(Instant.now().getEpochSecond());
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update((ID + "." + now + "." + BODY).getBytes(StandardCharsets.UTF_8));
    String both =
        sign(SECRET, now, BODY) + " v1a," + Base64.getEncoder().encodeToString(signature.sign());
    List<String> judged = new ArrayList<>();
    for (String body : List.of(BODY, BODY + " ")) {
      judged.add(
          Pages.run(
                  folder,
                  Map.of(
                      "PUBLIC_KEY", publicKey,
                      "ID", ID,
                      "TIMESTAMP", now,
                      "SIGNATURES", both,
                      "BODY", body),
                  "node",
                  "sample.js")
              .output()
              .strip());
    }
    assertThat(judged).containsExactly("good", "bad");
  }
}
