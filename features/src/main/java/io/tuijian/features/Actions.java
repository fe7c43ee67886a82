package io.tuijian.features;

import io.tuijian.schemas.Action;
import java.util.EnumSet;
import java.util.Set;

/** What actions mean to the counting. */
public final class Actions {
    /** Says that the viewer liked what they saw; each implies {@code SEEN}. */
    public static final Set<Action> POSITIVE = Set.copyOf(EnumSet.of(
            Action.OPEN,
            Action.WATCH,
            Action.LONG_VIEW,
            Action.FINISH,
            Action.LIKE,
            Action.COMMENT,
            Action.SHARE,
            Action.FAVORITE,
            Action.FOLLOW,
            Action.PROFILE,
            Action.QUESTION,
            Action.CART,
            Action.PURCHASE,
            Action.GIFT,
            Action.CLAIM,
            Action.REDEEM));

    /** Says that the viewer wants less of it. */
    public static final Set<Action> NEGATIVE = Set.copyOf(EnumSet.of(Action.HIDE, Action.REPORT));

    /** What a viewer state remembers in its recent sequence: opinions, not mere sight. */
    public static final Set<Action> TELLING = Set.copyOf(EnumSet.of(
            Action.LONG_VIEW,
            Action.FINISH,
            Action.LIKE,
            Action.COMMENT,
            Action.SHARE,
            Action.FAVORITE,
            Action.FOLLOW,
            Action.PROFILE,
            Action.CART,
            Action.PURCHASE,
            Action.GIFT,
            Action.HIDE,
            Action.REPORT));

    /** Counts once per viewer and content until it is undone. */
    public static final Set<Action> ONCE = Set.copyOf(EnumSet.of(Action.LIKE, Action.FOLLOW, Action.FAVORITE));

    /** Counts once per viewer, feed and content. */
    public static final Set<Action> ONCE_PER_IMPRESSION =
            Set.copyOf(EnumSet.of(Action.SEEN, Action.LONG_VIEW, Action.FINISH));

    private Actions() {}
}
