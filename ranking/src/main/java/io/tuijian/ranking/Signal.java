package io.tuijian.ranking;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * All that can be named as a reason, and what the world is without it. Closed: each is worded in every language. A
 * signal is named only if the item falls without it.
 */
public enum Signal {
    FOLLOWED_AUTHOR("the viewer follows the author", "the viewer does not follow them"),
    FRIEND("the viewer and the author are friends", "the viewer is not their friend"),
    SUBSCRIPTION("the viewer subscribed to the author", "there is no subscription"),
    GROUP("it was posted in a group that the viewer joined", "the viewer is not in the group"),
    FOLLOWED_TOPIC("the viewer follows the topic", "the viewer does not follow it"),
    LIKED_TOPIC("the viewer enjoyed the topic of late", "the viewer took no pleasure in anything of that topic"),
    LIKED_AUTHOR("the viewer enjoyed the author of late", "the viewer took no pleasure in anything by them"),
    SIMILAR("it is close to what the viewer enjoyed of late", "the viewer took no pleasure in anything"),
    NEARBY("it is from the city the viewer is in", "nobody knows where the viewer is"),
    TRENDING("many like it", "nobody has seen it"),
    POPULAR_AUTHOR("many like what else the author makes", "nobody has seen anything else by them"),
    USUAL_PRICE("it costs about what the viewer takes things to cost", "the viewer met no prices"),
    JUST_PUBLISHED("it is less than a day old", "it is thirty days older"),
    BEST_FOUND("it is among the best of what was found, for no one reason", "");

    private final String meaning;
    private final String without;

    Signal(String meaning, String without) {
        this.meaning = meaning;
        this.without = without;
    }

    /** The stable word for it, for instance {@code liked-topic}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it says of an item. */
    public String meaning() {
        return meaning;
    }

    /** What is otherwise when it is taken away; empty for the one that stands where there is no other. */
    public String without() {
        return without;
    }

    /** Which signal a reason names. */
    static Signal of(Reason reason) {
        return valueOf(reason.code().replace('-', '_').toUpperCase(Locale.ROOT));
    }

    /** Whether sources look for just this, so that without it an item may not even be found. */
    boolean isSought() {
        return switch (this) {
            case FOLLOWED_AUTHOR, FRIEND, SUBSCRIPTION, GROUP, FOLLOWED_TOPIC, SIMILAR, NEARBY -> true;
            case LIKED_TOPIC, LIKED_AUTHOR, TRENDING, POPULAR_AUTHOR, USUAL_PRICE, JUST_PUBLISHED, BEST_FOUND -> false;
        };
    }

    /** The codes of all. */
    public static List<String> codes() {
        return Arrays.stream(values()).map(Signal::code).toList();
    }

    /** The reason that names it. */
    Reason about(String what) {
        return new Reason(code(), what);
    }
}
