package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.List;
import java.util.Map;

/** The actions that models predict, in the order of every array by head. To add one, add it here with its prior. */
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
            Action.PURCHASE);

    /** How often each follows a sight before anything is known: about the average of short video. */
    private static final Map<Action, Double> PRIOR = Map.of(
            Action.OPEN, .4,
            Action.LONG_VIEW, .3,
            Action.FINISH, .14,
            Action.LIKE, .017,
            Action.COMMENT, .0025,
            Action.SHARE, .001,
            Action.FOLLOW, .0015,
            Action.PROFILE, .018,
            Action.HIDE, .001,
            Action.PURCHASE, .0005);

    private Heads() {}

    /** The position of this action in {@link #ALL}, −1 if no model predicts it. */
    public static int index(Action action) {
        return ALL.indexOf(action);
    }

    static double prior(Action action) {
        return PRIOR.get(action);
    }
}
