package io.changepost.delivery;

/**
 * Why a customer's input is refused.
 *
 * @param code one of a few fixed words, such as {@code blocked_address}
 * @param message what is wrong and how it can be put right, for the customer to read
 */
public record Refusal(String code, String message) {}
