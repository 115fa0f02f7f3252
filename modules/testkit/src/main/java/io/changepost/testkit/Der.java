package io.changepost.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;

/** The little of ASN.1 that an X.509 certificate needs (RFC 5280). */
final class Der {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private static final byte[] ECDSA_WITH_SHA256 =
      sequence(bytes(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  private static final byte[] COMMON_NAME = bytes(0x06, 0x03, 0x55, 0x04, 0x03);
  private static final byte[] ALTERNATIVE_NAMES = bytes(0x06, 0x03, 0x55, 0x1d, 0x11);
  private static final byte[] BASIC_CONSTRAINTS = bytes(0x06, 0x03, 0x55, 0x1d, 0x13);
  private static final byte[] TRUE = bytes(0x01, 0x01, 0xff);
  private static final AtomicInteger SERIAL = new AtomicInteger(1000);

  private Der() {}

  /** The part of a certificate that is signed. */
  static byte[] certificate(
      String subject,
      String issuer,
      Instant from,
      Instant until,
      byte[] publicKey,
      byte[] extension) {
    int serial = SERIAL.incrementAndGet();
    return sequence(
        tagged(0xa0, tagged(INTEGER, bytes(2))),
        tagged(INTEGER, bytes(serial >> 16 & 0x7f, serial >> 8, serial)),
        ECDSA_WITH_SHA256,
        name(issuer),
        sequence(time(from), time(until)),
        name(subject),
        publicKey,
        tagged(0xa3, sequence(extension)));
  }

  static byte[] signed(byte[] content, byte[] signature) {
    return sequence(content, ECDSA_WITH_SHA256, tagged(BIT_STRING, concat(bytes(0), signature)));
  }

  /** May sign certificates. */
  static byte[] authorityExtension() {
    return sequence(BASIC_CONSTRAINTS, TRUE, tagged(OCTET_STRING, sequence(TRUE)));
  }

  /** Names, or IPv4 addresses, that the certificate is for. */
  static byte[] namesExtension(String... names) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names) {
      all.writeBytes(
          name.matches("[0-9.]+")
              ? tagged(0x87, address(name))
              : tagged(0x82, name.getBytes(StandardCharsets.US_ASCII)));
    }
    return sequence(ALTERNATIVE_NAMES, tagged(OCTET_STRING, tagged(SEQUENCE, all.toByteArray())));
  }

  private static byte[] address(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return bytes;
  }

  private static byte[] name(String commonName) {
    byte[] text = tagged(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
    return sequence(tagged(SET, sequence(COMMON_NAME, text)));
  }

  private static byte[] time(Instant instant) {
    String text =
        DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(instant);
    return tagged(UTC_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(SEQUENCE, concat(parts));
  }

  private static byte[] tagged(int tag, byte[] content) {
    int length = content.length;
    byte[] head =
        length < 0x80
            ? bytes(tag, length)
            : length < 0x100 ? bytes(tag, 0x81, length) : bytes(tag, 0x82, length >> 8, length);
    return concat(head, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
