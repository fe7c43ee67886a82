package io.tuijian.ranking;

import java.util.function.BiPredicate;

/** A named reason to leave a candidate out. */
record Rule(String name, BiPredicate<Viewing, Hydrated> removes) {}
