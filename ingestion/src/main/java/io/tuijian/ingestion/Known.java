package io.tuijian.ingestion;

import io.tuijian.features.Facts;

/** An engagement, as its original bytes, with the facts of its content. */
public record Known(String viewerId, byte[] engagement, Facts facts) {}
