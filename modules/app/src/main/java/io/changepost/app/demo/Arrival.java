package io.changepost.app.demo;

/**
 * One request that the receiver got.
 *
 * @param changeId of the body; 0 where it could not be read
 * @param what object and action, such as {@code Company update}
 * @param attempt as the sender counts, from 1
 * @param at {@code System.nanoTime()} when all of it was read
 * @param verified whether the signature was right
 */
record Arrival(long changeId, String what, int attempt, long at, boolean verified) {}
