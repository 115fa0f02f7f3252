/**
 * Webhooks as their owners manage them: endpoint, subscriptions, secrets. What is sent to them and
 * how it went lives in delivery. Start reading at {@link
 * io.changepost.persistence.webhook.WebhookStore}.
 */
@NullMarked
package io.changepost.persistence.webhook;

import org.jspecify.annotations.NullMarked;
