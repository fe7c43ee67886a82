package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The generative model of POPULATION.md: utility, examination, fatigue, and every action's probability and draw. Pure
 * functions.
 */
final class Behaviour {
    static final double REFUNDED = 0.06;

    private static final double BASE = -0.3;
    private static final double AUTHOR_AFFINITY = 0.4;
    private static final double CHANCE_OF_CONTENT = 0.3;
    private static final double SAME_CITY = 0.2;
    private static final double DEARNESS = 0.4;

    private static final double TIRED_BY_DEPTH = 0.15;
    private static final double TIRED_BY_AUTHOR = 0.25;
    private static final double TIRED_BY_TOPIC = 0.08;

    private static final double LONG_VIEW_MILLIS = 18_000;
    private static final double WATCH_MEAN = -1.6;
    private static final double WATCH_SLOPE = 0.9;
    private static final double WATCH_DEVIATION = 1.2;
    private static final double READ_MEAN = Math.log(9_000);
    private static final double READ_SLOPE = 0.4;
    private static final double READ_DEVIATION = 0.8;
    private static final long LONGEST_READ_MILLIS = 300_000;
    private static final long GLANCE_MILLIS = 900;
    private static final long SKIP_MILLIS = 250;
    private static final double TAKEN_BACK = 0.02;
    private static final double CHEAPEST = -2;
    private static final double DEAREST = 3;

    /** In the order in which they are done. */
    private static final Action[] GESTURES = {
        Action.LIKE, Action.COMMENT, Action.SHARE, Action.FAVORITE, Action.PROFILE, Action.FOLLOW
    };

    private Behaviour() {}

    /** How much the viewer would like the content: 0 is lukewarm, a standard deviation is about 1. */
    static double utility(Viewer viewer, Work work) {
        return utilityByTraits(viewer, work)
                + AUTHOR_AFFINITY * Seeds.normal(viewer.key(), work.authorKey())
                + CHANCE_OF_CONTENT * Seeds.normal(viewer.key(), work.key());
    }

    /** The part of the utility that does not belong to this pair alone: what taste, quality, place and price explain. */
    static double utilityByTraits(Viewer viewer, Work work) {
        double utility = BASE + taste(viewer, work) + viewer.kinds()[kind(work.kind())] + work.quality();
        if (work.city() == viewer.city()) {
            utility += SAME_CITY;
        }
        return work.priceMinor() > 0 ? utility - DEARNESS * Math.max(0, dearness(viewer, work)) : utility;
    }

    private static double taste(Viewer viewer, Work work) {
        if (work.topic() < 0) {
            return 0;
        }
        double opinion = opinion(viewer, work.topic());
        return work.otherTopic() < 0 ? opinion : (opinion + opinion(viewer, work.otherTopic())) / Math.sqrt(2);
    }

    static double opinion(Viewer viewer, int topic) {
        short[] topics = viewer.topics();
        for (int i = 0; i < topics.length; i++) {
            if (topics[i] == topic) {
                return viewer.opinions()[i];
            }
        }
        return 0;
    }

    /** The logarithm of the price over the viewer's budget, bounded. */
    private static double dearness(Viewer viewer, Work work) {
        return Math.max(CHEAPEST, Math.min(DEAREST, Math.log((double) work.priceMinor() / viewer.budgetMinor())));
    }

    static int kind(ContentKind kind) {
        return switch (kind) {
            case SHORT_VIDEO, LIVE_ROOM -> 1;
            case SHOP_ITEM, COUPON, SERVICE -> 2;
            case POST, UNKNOWN -> 0;
        };
    }

    /** The probability that the viewer looks at this position at all: the position-based model. */
    static double examination(Viewer viewer, int position) {
        return Math.pow(1 + position, -viewer.positionBias());
    }

    /** What the session takes off the utility. */
    static double fatigue(Viewer viewer, Situation situation) {
        return TIRED_BY_DEPTH * Math.log1p(situation.depth() / 10.0) / viewer.patience()
                + TIRED_BY_AUTHOR * Math.min(3, situation.authorRepeats())
                + TIRED_BY_TOPIC * Math.min(5, situation.topicRepeats());
    }

    /** The probability of the action; of a follow, given that the viewer does not follow yet; of a taking back, 0. */
    static double probability(Viewer viewer, Work work, Action action, Situation situation) {
        return probability(viewer, work, action, situation, utility(viewer, work));
    }

    /** The same, if the utility were this. */
    static double probability(Viewer viewer, Work work, Action action, Situation situation, double utility) {
        double s = utility - fatigue(viewer, situation);
        return examination(viewer, situation.position()) * onceSeen(viewer, work, action, s);
    }

    private static double onceSeen(Viewer viewer, Work work, Action action, double s) {
        boolean video = kind(work.kind()) == 1;
        boolean item = kind(work.kind()) == 2;
        return switch (action) {
            case SEEN -> 1;
            case OPEN -> video ? 0 : caught(work, s);
            case WATCH -> video ? 1 : caught(work, s);
            case LONG_VIEW -> video ? caught(work, s) : caught(work, s) * readLong(s);
            case FINISH -> video ? above(watchMean(s), 0) : 0;
            case LIKE, COMMENT, SHARE, FAVORITE, PROFILE, FOLLOW -> caught(work, s) * gesture(action, s);
            case CART -> item ? caught(work, s) * cart(viewer, work, s) : 0;
            case PURCHASE -> item ? caught(work, s) * cart(viewer, work, s) * purchase(viewer, work, s) : 0;
            case REFUND -> item ? REFUNDED * caught(work, s) * cart(viewer, work, s) * purchase(viewer, work, s) : 0;
            case HIDE, REPORT -> dislike(action, s);
            case RATE, QUESTION, GIFT, CLAIM, REDEEM, UNKNOWN -> 0;
        };
    }

    /** Caught by a content: a video is watched long, a post or an item is opened. Everything else needs that. */
    private static double caught(Work work, double s) {
        return switch (kind(work.kind())) {
            case 1 ->
                above(
                        watchMean(s),
                        Math.log(Math.min(LONG_VIEW_MILLIS, work.durationMillis()) / work.durationMillis()));
            case 2 -> logistic(-1.4 + 0.9 * s);
            default -> logistic(-0.6 + 0.9 * s);
        };
    }

    /** Once caught. */
    private static double gesture(Action action, double s) {
        return switch (action) {
            case LIKE -> logistic(-3.6 + 0.8 * s);
            case COMMENT -> logistic(-5.2 + 0.6 * s);
            case SHARE -> logistic(-6.4 + 0.6 * s);
            case FAVORITE -> logistic(-4.6 + 0.7 * s);
            case PROFILE -> logistic(-3.3 + 0.4 * s);
            case FOLLOW -> logistic(-6.2 + 0.7 * s);
            default -> throw new IllegalArgumentException(action + " is not a gesture");
        };
    }

    /** Of all that is looked at. */
    private static double dislike(Action action, double s) {
        return logistic((action == Action.HIDE ? -7.0 : -9.5) - 0.8 * s);
    }

    private static double cart(Viewer viewer, Work work, double s) {
        return logistic(-2.2 + 0.8 * s - 0.7 * dearness(viewer, work));
    }

    private static double purchase(Viewer viewer, Work work, double s) {
        return logistic(-0.6 + 0.3 * s - dearness(viewer, work));
    }

    private static double watchMean(double s) {
        return WATCH_MEAN + WATCH_SLOPE * s;
    }

    private static double above(double mean, double threshold) {
        return cumulative((mean - threshold) / WATCH_DEVIATION);
    }

    private static double readLong(double s) {
        return cumulative((READ_MEAN + READ_SLOPE * s - Math.log(LONG_VIEW_MILLIS)) / READ_DEVIATION);
    }

    static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The normal distribution function, to 1e-7: Abramowitz and Stegun 26.2.17. */
    static double cumulative(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double tail = Math.exp(-x * x / 2)
                / Math.sqrt(2 * Math.PI)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x >= 0 ? 1 - tail : tail;
    }

    /** The probability that a viewer asks for another page after one of this mean utility, fatigue included. */
    static double goesOn(Viewer viewer, double meanUtility, int depth) {
        return logistic(1.2 + 0.8 * meanUtility - depth / (60 * viewer.patience()));
    }

    /**
     * What the viewer does with a content, in the order of time, {@code SEEN} first; nothing if they do not look.
     *
     * @param following whether the viewer follows the author already
     */
    static List<Act> react(Viewer viewer, Work work, Situation situation, boolean following, SplittableRandom random) {
        if (random.nextDouble() >= examination(viewer, situation.position())) {
            return List.of();
        }
        double s = utility(viewer, work) - fatigue(viewer, situation);
        List<Act> acts = new ArrayList<>(4);
        acts.add(new Act(Action.SEEN, 0, 0, false));
        long until;
        boolean caught;
        if (kind(work.kind()) == 1) {
            double duration = work.durationMillis();
            double fraction = Math.exp(watchMean(s) + WATCH_DEVIATION * Seeds.normal(random));
            long watched = Math.max(1, (long) (duration * Math.min(2, fraction)));
            caught = watched >= Math.min(LONG_VIEW_MILLIS, duration);
            watch(acts, 0, watched, caught, watched >= duration);
            until = watched;
        } else {
            caught = random.nextDouble() < caught(work, s);
            until = GLANCE_MILLIS;
            if (caught) {
                acts.add(new Act(Action.OPEN, GLANCE_MILLIS, 0, false));
                long watched = Math.min(LONGEST_READ_MILLIS, (long)
                        Math.exp(READ_MEAN + READ_SLOPE * s + READ_DEVIATION * Seeds.normal(random)));
                watch(acts, GLANCE_MILLIS, watched, watched >= LONG_VIEW_MILLIS, false);
                until += watched;
            }
        }
        if (caught) {
            for (Action action : GESTURES) {
                boolean can = action != Action.FOLLOW || !following;
                if (can && random.nextDouble() < gesture(action, s)) {
                    acts.add(new Act(action, until, 0, false));
                    if (action == Action.LIKE && random.nextDouble() < TAKEN_BACK) {
                        acts.add(new Act(action, until + 1, 0, true));
                    }
                    until += 2;
                }
            }
            if (kind(work.kind()) == 2 && random.nextDouble() < cart(viewer, work, s)) {
                acts.add(new Act(Action.CART, until++, 0, false));
                if (random.nextDouble() < purchase(viewer, work, s)) {
                    acts.add(new Act(Action.PURCHASE, until++, 0, false));
                }
            }
        }
        if (random.nextDouble() < dislike(Action.HIDE, s)) {
            acts.add(new Act(Action.HIDE, until++, 0, false));
        }
        if (random.nextDouble() < dislike(Action.REPORT, s)) {
            acts.add(new Act(Action.REPORT, until, 0, false));
        }
        return acts;
    }

    private static void watch(List<Act> acts, long after, long watched, boolean longView, boolean finished) {
        acts.add(new Act(Action.WATCH, after, watched, false));
        if (longView) {
            acts.add(new Act(Action.LONG_VIEW, after, watched, false));
        }
        if (finished) {
            acts.add(new Act(Action.FINISH, after, watched, false));
        }
    }

    /** How long the viewer stays with a content on which they did this, in milliseconds. */
    static long spent(List<Act> acts) {
        if (acts.isEmpty()) {
            return SKIP_MILLIS;
        }
        long spent = GLANCE_MILLIS;
        for (Act act : acts) {
            spent = Math.max(spent, act.afterMillis() + act.watchedMillis());
        }
        return spent + SKIP_MILLIS;
    }
}
