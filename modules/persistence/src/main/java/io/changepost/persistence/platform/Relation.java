package io.changepost.persistence.platform;

import io.changepost.domain.Star;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An organization's relation with a company.
 *
 * @param starredAt since when it has a star, null where it has none
 * @param data what the organization keeps on it, oldest first
 */
public record Relation(
    long id,
    long companyId,
    String companyName,
    Star star,
    @Nullable Instant starredAt,
    List<Datum> data) {

  /** One kept value. */
  public record Datum(long id, String name, @Nullable String value) {}
}
