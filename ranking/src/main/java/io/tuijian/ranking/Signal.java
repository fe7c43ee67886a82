package io.tuijian.ranking;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that can be named as a reason, and what the world is without it. Closed: each is worded in every language. A
 * signal is named only if the item falls without it.
 */
public enum Signal {
    FOLLOWED_AUTHOR(About.AUTHOR, "the viewer follows the author", "the viewer does not follow them"),
    FRIEND(About.AUTHOR, "the viewer and the author are friends", "the viewer is not their friend"),
    SUBSCRIPTION(About.AUTHOR, "the viewer has subscribed to the author", "there is no subscription"),
    GROUP(About.GROUP, "it was published in a group that the viewer joined", "the viewer is not in the group"),
    FOLLOWED_TOPIC(About.TOPIC, "the viewer follows the topic", "the viewer does not follow it"),
    DIAL_PEOPLE(
            About.NOTHING,
            "the viewer turned the dial to people they know, and knows the author",
            "the dial stands in the middle"),
    DIAL_LIKING(
            About.NOTHING,
            "the viewer turned the dial to things they like, and does not know the author",
            "the dial stands in the middle"),
    LIKED_TOPIC(About.TOPIC, "the viewer enjoyed the topic of late", "they enjoyed nothing of that topic"),
    LIKED_AUTHOR(About.AUTHOR, "the viewer enjoyed something by the author of late", "they enjoyed nothing by them"),
    SIMILAR(About.NOTHING, "it is close to what the viewer enjoyed of late", "they enjoyed nothing at all"),
    NEARBY(About.CITY, "it is from the city the viewer is in", "nobody knows where the viewer is"),
    TRENDING(About.NOTHING, "many enjoyed it", "nobody has seen it"),
    USUAL_PRICE(
            About.NOTHING,
            "it costs about what the items cost that the viewer goes for",
            "nothing the viewer met had a price"),
    JUST_PUBLISHED(About.NOTHING, "it was published within the last day", "it is thirty days older"),
    NEW_CONTENT(About.NOTHING, "it was the turn of what is new", "nothing is promised to what is new"),
    SMALL_AUTHOR(About.NOTHING, "it was the turn of a small author", "nothing is promised to small authors"),
    DRAWN(About.NOTHING, "it was drawn, to find out whether the viewer likes it", "nothing is drawn"),
    AUTHOR_SPREAD(
            About.AUTHOR,
            "it stands further down, so that its author does not fill the page",
            "an author may fill the page"),
    BEST_FOUND(About.NOTHING, "it is among the best of what was found, for no one reason", "");

    /** What a reason is about: the meaning of {@link Reason#about}. */
    public enum About {
        NOTHING,
        TOPIC,
        AUTHOR,
        GROUP,
        CITY
    }

    private static final Map<String, Signal> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toMap(Signal::code, Function.identity()));

    private final About about;
    private final String meaning;
    private final String without;

    Signal(About about, String meaning, String without) {
        this.about = about;
        this.meaning = meaning;
        this.without = without;
    }

    /** The stable word for it, for instance {@code liked-topic}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What is named beside it. */
    public About about() {
        return about;
    }

    /** What it says of an item. */
    public String meaning() {
        return meaning;
    }

    /** What is otherwise when it is taken away; empty for the one that stands where there is no other. */
    public String without() {
        return without;
    }

    /** The signal of this code; nothing for a code that is not known here. */
    public static Optional<Signal> of(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** Whether sources look for just this, so that without it an item may not even be found. */
    boolean isSought() {
        return switch (this) {
            case FOLLOWED_AUTHOR, FRIEND, SUBSCRIPTION, GROUP, FOLLOWED_TOPIC, SIMILAR, NEARBY -> true;
            case DIAL_PEOPLE,
                    DIAL_LIKING,
                    LIKED_TOPIC,
                    LIKED_AUTHOR,
                    TRENDING,
                    USUAL_PRICE,
                    JUST_PUBLISHED,
                    NEW_CONTENT,
                    SMALL_AUTHOR,
                    DRAWN,
                    AUTHOR_SPREAD,
                    BEST_FOUND -> false;
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
