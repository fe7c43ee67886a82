package io.tuijian.models.retrieval;

import io.tuijian.schemas.VectorField;

/** A model and the field of the index that holds its vectors of the contents: they belong together. */
public record Retrieval(VectorModel model, VectorField field) {}
