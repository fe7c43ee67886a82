package io.tuijian.ranking;

/**
 * Why an item is here.
 *
 * @param code a stable word, for instance {@code topic}; the texts of each language are keyed by it
 * @param about what it is about: a topic or author id, or empty
 */
public record Reason(String code, String about) {}
