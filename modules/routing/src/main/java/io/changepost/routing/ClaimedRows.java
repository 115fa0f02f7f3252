package io.changepost.routing;

import io.changepost.persistence.delivery.ClaimedRowMapper;
import org.apache.camel.component.sql.DefaultRowMapperFactory;
import org.apache.camel.component.sql.RowMapperFactory;
import org.springframework.jdbc.core.RowMapper;

/**
 * Has camel-sql read the answers of fan-out and of the claim with {@link ClaimedRowMapper}. The map
 * that it uses otherwise folds the case of every name of every row. Thread-safe.
 */
final class ClaimedRows implements RowMapperFactory {

  private final RowMapperFactory others = new DefaultRowMapperFactory();

  @Override
  public RowMapper<?> newColumnRowMapper() {
    return new ClaimedRowMapper();
  }

  @Override
  public RowMapper<?> newBeanRowMapper(Class<?> mappedClass) {
    return others.newBeanRowMapper(mappedClass);
  }
}
