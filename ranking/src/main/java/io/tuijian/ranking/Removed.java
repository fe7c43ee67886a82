package io.tuijian.ranking;

/** A candidate that did not stay, and the rule that removed it. */
public record Removed(String contentId, String authorId, java.util.List<String> sources, String rule) {}
