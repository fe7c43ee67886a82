package io.tuijian.features;

import java.util.function.ToDoubleFunction;

/** One named number about a candidate. Its meaning never changes: a changed meaning is a new name. */
public sealed interface Formula {
    String name();

    String meaning();

    /** Knows the viewer and the circumstances only: one number for a whole page. */
    record OfVisit(String name, String meaning, ToDoubleFunction<Visit> value) implements Formula {}

    /** Knows the content too. */
    record OfEncounter(String name, String meaning, ToDoubleFunction<Encounter> value) implements Formula {}
}
