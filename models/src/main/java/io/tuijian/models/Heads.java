package io.tuijian.models;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.List;
import java.util.Map;

/**
 * The actions that models predict, in the order of every array by head. To add one, add it here with its prior. Each is
 * predicted as a probability, but {@link Action#WATCH} as the share of the duration that will be watched.
 */
public final class Heads {
    /** The head by which a model is judged: the one with the most telling positives in every log we know. */
    public static final Action HEADLINE = Action.LONG_VIEW;

    public static final List<Action> ALL = List.of(
            Action.OPEN,
            Action.LONG_VIEW,
            Action.FINISH,
            Action.LIKE,
            Action.COMMENT,
            Action.SHARE,
            Action.FOLLOW,
            Action.PROFILE,
            Action.HIDE,
            Action.PURCHASE,
            Action.WATCH);

    /** How often each follows a sight before anything is known: about the average of short video. */
    private static final Map<Action, Double> PRIOR = Map.ofEntries(
            Map.entry(Action.OPEN, .4),
            Map.entry(Action.LONG_VIEW, .3),
            Map.entry(Action.FINISH, .14),
            Map.entry(Action.LIKE, .017),
            Map.entry(Action.COMMENT, .0025),
            Map.entry(Action.SHARE, .001),
            Map.entry(Action.FOLLOW, .0015),
            Map.entry(Action.PROFILE, .018),
            Map.entry(Action.HIDE, .001),
            Map.entry(Action.PURCHASE, .0005),
            Map.entry(Action.WATCH, .35));

    private Heads() {}

    /** The position of this action in {@link #ALL}, −1 if no model predicts it. */
    public static int index(Action action) {
        return ALL.indexOf(action);
    }

    /** Whether this can happen to a content of this kind. What cannot is neither trained nor judged, and predicted 0. */
    public static boolean applies(Action head, ContentKind kind) {
        return switch (head) {
            case FINISH, WATCH -> kind == ContentKind.SHORT_VIDEO;
            case PURCHASE -> kind == ContentKind.SHOP_ITEM || kind == ContentKind.COUPON || kind == ContentKind.SERVICE;
            default -> true;
        };
    }

    static double prior(Action action) {
        return PRIOR.get(action);
    }
}
