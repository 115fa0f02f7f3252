package io.changepost.persistence.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of deliveries, newest change first.
 *
 * @param items the rows
 * @param next what to give as {@link DeliveryFilter#before()} for the next page, null at the end
 */
public record DeliveryPage(List<DeliveryRow> items, @Nullable Long next) {}
