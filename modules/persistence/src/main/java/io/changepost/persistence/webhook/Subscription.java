package io.changepost.persistence.webhook;

import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import java.util.Set;

/** The actions on one kind of object that a webhook is told of; at least one. */
public record Subscription(ChangeObject object, Set<Action> actions) {}
