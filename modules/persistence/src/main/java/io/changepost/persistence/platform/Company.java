package io.changepost.persistence.platform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A company's own data.
 *
 * @param trades none where nothing is known
 * @param externalId its key in the host's tables, where that is no integer
 */
public record Company(
    long id,
    String name,
    @Nullable String website,
    @Nullable String phone,
    @Nullable String email,
    Address address,
    Registration registration,
    List<String> trades,
    @Nullable Integer employees,
    @Nullable String externalId) {

  /** Where it is. */
  public record Address(
      @Nullable String street,
      @Nullable String postalCode,
      @Nullable String city,
      @Nullable String country) {}

  /** What the authorities know it by. */
  public record Registration(
      @Nullable String vatNumber, @Nullable String chamberOfCommerceNumber) {}
}
