package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;

/**
 * Something that a viewer does with a content.
 *
 * @param afterMillis after they came to it
 * @param watchedMillis of views, else 0
 * @param takenBack whether it takes back what they did before
 */
record Act(Action action, long afterMillis, long watchedMillis, boolean takenBack) {}
