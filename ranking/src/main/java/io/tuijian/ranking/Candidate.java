package io.tuijian.ranking;

import java.util.List;

/** A content and the sources that proposed it, the strongest reason first. */
public record Candidate(String contentId, List<String> sources) {}
