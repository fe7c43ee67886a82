package io.tuijian.features;

import java.util.function.ToDoubleFunction;

/** One named number about a candidate. Its meaning never changes: a changed meaning is a new name. */
public record Formula(String name, String meaning, ToDoubleFunction<FeatureInput> value) {}
