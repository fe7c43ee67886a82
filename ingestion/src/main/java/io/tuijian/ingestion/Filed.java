package io.tuijian.ingestion;

import io.tuijian.schemas.Example;

/** A final row and the generation, a folder, to which it belongs. */
public record Filed(String generation, Example row) {}
