package io.tuijian.ranking;

import io.tuijian.schemas.Content;
import java.util.function.Predicate;

/** A named reason to leave a content out. */
record Rule(String name, Predicate<Content> removes) {}
