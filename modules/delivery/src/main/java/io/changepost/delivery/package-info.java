/**
 * One HTTP attempt: which addresses may be called, what is sent, how long it may take and what its
 * answer means. No database, no redelivery and no route live here. Start reading at {@link
 * io.changepost.delivery.HardenedClient} and {@link io.changepost.delivery.UrlRules}.
 */
@NullMarked
package io.changepost.delivery;

import org.jspecify.annotations.NullMarked;
