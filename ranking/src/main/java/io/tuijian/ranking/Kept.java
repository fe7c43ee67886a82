package io.tuijian.ranking;

import java.util.List;

/** What passed every filter, and what did not. */
public record Kept(List<Hydrated> contents, List<Removed> removed) {}
