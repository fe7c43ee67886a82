package io.tuijian.models;

/**
 * One pass over the rows learned from.
 *
 * @param learned mean loss per row and head, each row before it was learned from in this pass
 * @param later the same on the later rows after the pass; NaN without them
 */
public record Epoch(double learned, double later) {}
