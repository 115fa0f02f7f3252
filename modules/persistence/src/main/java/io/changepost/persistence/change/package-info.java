/**
 * Changes that come over HTTP: written into the outbox as the triggers write theirs, all or none.
 * How they are fanned out is the affair of delivery. Start reading at {@link
 * io.changepost.persistence.change.PublishStore}.
 */
@NullMarked
package io.changepost.persistence.change;

import org.jspecify.annotations.NullMarked;
