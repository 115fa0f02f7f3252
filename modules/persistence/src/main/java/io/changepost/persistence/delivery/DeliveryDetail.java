package io.changepost.persistence.delivery;

import io.changepost.domain.Change;
import java.util.List;

/**
 * One delivery with all that is known of it.
 *
 * @param row as a list shows it
 * @param change what the message is made of
 * @param attempts of all rounds, oldest first
 */
public record DeliveryDetail(DeliveryRow row, Change change, List<AttemptRow> attempts) {}
