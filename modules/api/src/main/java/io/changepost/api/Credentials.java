package io.changepost.api;

import java.util.List;

/**
 * What a request says of its caller: all values of three headers, and where it comes from.
 *
 * @param authorization of {@code Authorization}
 * @param tokens of {@code X-Auth-Token}
 * @param organizations of {@code X-Organization}
 * @param address the peer's; of IPv6 the network's half alone
 */
record Credentials(
    List<String> authorization, List<String> tokens, List<String> organizations, String address) {

  @Override
  public String toString() {
    return "Credentials[" + address + "]";
  }
}
