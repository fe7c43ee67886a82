package io.tuijian.launcher.faults;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Topics;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reach counted once more, over all that Kafka holds and in the plainest way: the rules written down again, maps and
 * sets, nothing of the product but its records. Figures are named as in the documents, those in objects with dots.
 */
public final class ReachCount {
    private static final Set<Action> POSITIVE = EnumSet.complementOf(
            EnumSet.of(Action.UNKNOWN, Action.SEEN, Action.RATE, Action.REFUND, Action.HIDE, Action.REPORT));
    private static final Set<Action> TAKEN_BACK = EnumSet.of(
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
            Action.REPORT);
    private static final Set<Action> ONCE_PER_CONTENT = EnumSet.of(Action.LIKE, Action.FOLLOW, Action.FAVORITE);
    private static final Set<Action> ONCE_PER_PAGE = EnumSet.of(Action.SEEN, Action.LONG_VIEW, Action.FINISH);

    private static final Set<String> LEVELS =
            Set.of("CONTENT_HOUR", "CONTENT_DAY", "AUTHOR_HOUR", "AUTHOR_DAY", "PLATFORM_HOUR");

    private final Map<String, Content> contents = new HashMap<>();
    private final Set<String> pages = new HashSet<>();
    private final Map<String, String> sources = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> once = new HashSet<>();
    private final Map<String, Engagement> counted = new HashMap<>();
    private final Map<String, String> takenBackBefore = new HashMap<>();
    private final Map<String, Sight> first = new HashMap<>();
    private final Map<String, Relation> follows = new HashMap<>();

    private final Map<String, Map<String, Long>> figures = new HashMap<>();
    private final Map<String, Set<String>> viewers = new HashMap<>();
    private long impressions;

    private record Sight(String author, String viewer, String content, Instant at) {}

    private ReachCount() {}

    /** Counts what these topics hold now. */
    public static ReachCount of(String bootstrapServers) {
        ReachCount count = new ReachCount();
        try (ReadTopic<Content> topic = new ReadTopic<>(bootstrapServers, Topics.CONTENTS)) {
            topic.more(content -> count.contents.put(content.getId(), content));
        }
        try (ReadTopic<Served> topic = new ReadTopic<>(bootstrapServers, Topics.SERVED)) {
            topic.more(count::served);
        }
        try (ReadTopic<Engagement> topic = new ReadTopic<>(bootstrapServers, Topics.ENGAGEMENTS)) {
            topic.more(count::engagement);
        }
        try (ReadTopic<Relation> topic = new ReadTopic<>(bootstrapServers, Topics.RELATIONS)) {
            topic.more(count::relation);
        }
        for (Sight sight : count.first.values()) {
            count.add(sight.author, sight.content, sight.at, "newViewers", 1);
        }
        count.forget();
        return count;
    }

    /** Only what was counted is kept: what it took is larger. */
    private void forget() {
        for (Map<String, ?> map : List.of(contents, sources, counted, takenBackBefore, first, follows)) {
            map.clear();
        }
        for (Set<String> set : List.of(pages, ids, once)) {
            set.clear();
        }
    }

    /** All figures but 0, by {@code LEVEL|author|content|period}. */
    public Map<String, Map<String, Long>> figures() {
        figures.values().removeIf(of -> {
            of.values().removeIf(value -> value == 0);
            return of.isEmpty();
        });
        return Collections.unmodifiableMap(figures);
    }

    /**
     * What is not the same, a line each. Documents may have figures of which nothing is known here, but not of a name
     * that is; and no document but those of levels that are not known here may be more than wanted.
     */
    public static List<String> differences(
            Map<String, Map<String, Long>> wanted, Map<String, Map<String, Long>> found) {
        Set<String> names =
                wanted.values().stream().flatMap(of -> of.keySet().stream()).collect(Collectors.toSet());
        List<String> differences = new ArrayList<>();
        Set<String> keys = new TreeSet<>(wanted.keySet());
        keys.addAll(found.keySet());
        for (String key : keys) {
            if (!LEVELS.contains(key.substring(0, key.indexOf('|')))) {
                continue;
            }
            Map<String, Long> one = wanted.getOrDefault(key, Map.of());
            Map<String, Long> other = found.getOrDefault(key, Map.of());
            for (String name : names) {
                if (!one.getOrDefault(name, 0L).equals(other.getOrDefault(name, 0L))) {
                    differences.add(key + " " + name + ": " + other.getOrDefault(name, 0L) + " instead of "
                            + one.getOrDefault(name, 0L));
                }
            }
        }
        return differences;
    }

    /** Who saw it, by {@code AUTHOR_HOUR|author||period} and the other levels. */
    public Map<String, Set<String>> viewers() {
        return viewers;
    }

    /** How many contents were served, each page once. */
    public long impressions() {
        return impressions;
    }

    private void served(Served page) {
        if (page.getItems().isEmpty()) {
            return;
        }
        String whose = page.getViewerId() + ' ' + page.getFeedId() + ' ';
        int position = page.getItems().get(0).getPosition();
        if (!pages.add(whose + position)) {
            return;
        }
        figures.computeIfAbsent("PLATFORM_HOUR|||" + hour(page.getAt()), k -> new HashMap<>())
                .merge(
                        "pages." + page.getSurface() + '.'
                                + page.getAt().atZone(ZoneOffset.UTC).getMinute(),
                        1L,
                        Long::sum);
        for (ServedItem item : page.getItems()) {
            sources.put(whose + item.getContentId(), item.getSource());
            String author = item.getAuthorId();
            add(author, item.getContentId(), page.getAt(), "served", 1);
            add(author, item.getContentId(), page.getAt(), "surfaces." + page.getSurface() + ".served", 1);
            add(author, item.getContentId(), page.getAt(), "sources." + item.getSource() + ".served", 1);
            impressions++;
        }
    }

    private void engagement(Engagement it) {
        String content = it.getContentId();
        String viewer = it.getViewerId();
        if (author(content) == null || !ids.add(viewer + ' ' + it.getId())) {
            return;
        }
        if (it.getUndoes() != null) {
            takeBack(it);
            return;
        }
        Action action = it.getAction();
        String feed = it.getFeedId() == null ? "" : it.getFeedId();
        String ofPage = ' ' + viewer + ' ' + feed + ' ' + content;
        if (POSITIVE.contains(action) && !content.startsWith("a") && once.add(Action.SEEN + ofPage)) {
            seen(it);
        }
        if (TAKEN_BACK.contains(action) && content.equals(takenBackBefore.get(viewer + ' ' + it.getId()))) {
            return;
        }
        if (ONCE_PER_PAGE.contains(action) && !once.add(action + ofPage)) {
            return;
        }
        if (ONCE_PER_CONTENT.contains(action) && !once.add(action + " " + viewer + ' ' + content)) {
            return;
        }
        if (TAKEN_BACK.contains(action)) {
            counted.put(viewer + ' ' + it.getId(), it);
        }
        if (action == Action.SEEN) {
            seen(it);
        } else {
            add(it, 1);
        }
    }

    private void takeBack(Engagement undo) {
        String original = undo.getViewerId() + ' ' + undo.getUndoes();
        Engagement it = counted.get(original);
        if (it == null) {
            takenBackBefore.put(original, undo.getContentId());
        } else if (it.getContentId().equals(undo.getContentId())) {
            counted.remove(original);
            if (ONCE_PER_CONTENT.contains(it.getAction())) {
                once.remove(it.getAction() + " " + it.getViewerId() + ' ' + it.getContentId());
            }
            add(it, -1);
        }
    }

    private void seen(Engagement it) {
        String author = author(it.getContentId());
        add(author, it.getContentId(), it.getAt(), "seen", 1);
        cells(it, "seen", 1);
        for (String key : keys(author, it.getContentId(), it.getAt())) {
            viewers.computeIfAbsent(key, k -> new HashSet<>()).add(it.getViewerId());
        }
        Sight sight = new Sight(author, it.getViewerId(), it.getContentId(), it.getAt());
        first.merge(author + ' ' + it.getViewerId(), sight, (one, other) -> before(one, other) ? one : other);
    }

    private static boolean before(Sight one, Sight other) {
        int times = one.at.compareTo(other.at);
        return times != 0 ? times < 0 : one.content.compareTo(other.content) <= 0;
    }

    private void add(Engagement it, int weight) {
        Action action = it.getAction();
        add(it, "actions." + action, weight);
        if (POSITIVE.contains(action)) {
            add(it, "engaged", weight);
            cells(it, "engaged", weight);
        }
        if (action == Action.PURCHASE) {
            cells(it, "bought", weight);
        }
        if (action == Action.WATCH && it.getWatchedMillis() != null) {
            add(it, "watchedMillis", it.getWatchedMillis());
        }
        if (it.getAmountMinor() != null && (action == Action.PURCHASE || action == Action.REFUND)) {
            boolean sold = action == Action.PURCHASE;
            long amount = weight * it.getAmountMinor();
            add(it, (sold ? "salesMinor." : "refundsMinor.") + it.getCurrency(), amount);
            Content content = contents.get(it.getContentId());
            Double rate = content == null || content.getItem() == null
                    ? null
                    : content.getItem().getCommissionRate();
            if (rate != null) {
                long commission = weight * Math.round(it.getAmountMinor() * rate);
                add(it, "commissionMinor." + it.getCurrency(), sold ? commission : -commission);
            }
        }
    }

    private void cells(Engagement it, String column, int weight) {
        String source = sources.get(it.getViewerId() + ' ' + it.getFeedId() + ' ' + it.getContentId());
        if (source != null) {
            add(it, "sources." + source + '.' + column, weight);
        }
        if (it.getSurface() != null) {
            add(it, "surfaces." + it.getSurface() + '.' + column, weight);
        }
        if (it.getTouchpoint() != null) {
            add(it, "touchpoints." + it.getTouchpoint() + '.' + column, weight);
        }
    }

    private void add(Engagement it, String name, long value) {
        add(author(it.getContentId()), it.getContentId(), it.getAt(), name, value);
    }

    private void relation(Relation it) {
        if (it.getKind() != RelationKind.FOLLOW) {
            return;
        }
        String key = it.getFrom() + ' ' + it.getTo();
        Relation before = follows.get(key);
        if (before != null && it.getAt().isBefore(before.getAt())) {
            return;
        }
        follows.put(key, it);
        boolean followed = before != null && before.getActive();
        if (it.getActive() != followed) {
            add(it.getTo(), "", it.getAt(), it.getActive() ? "followersGained" : "followersLost", 1);
        }
    }

    private void add(String author, String content, Instant at, String name, long value) {
        for (String key : keys(author, content, at)) {
            figures.computeIfAbsent(key, k -> new TreeMap<>()).merge(name.intern(), value, Long::sum);
        }
    }

    private static List<String> keys(String author, String content, Instant at) {
        long hour = hour(at);
        long day = at.truncatedTo(ChronoUnit.DAYS).toEpochMilli();
        String ofAuthorsHour = "AUTHOR_HOUR|" + author + "||" + hour;
        String ofAuthorsDay = "AUTHOR_DAY|" + author + "||" + day;
        return content.isEmpty()
                ? List.of(ofAuthorsHour, ofAuthorsDay)
                : List.of(
                        ofAuthorsHour,
                        ofAuthorsDay,
                        "CONTENT_HOUR|" + author + '|' + content + '|' + hour,
                        "CONTENT_DAY|" + author + '|' + content + '|' + day);
    }

    private static long hour(Instant at) {
        return at.truncatedTo(ChronoUnit.HOURS).toEpochMilli();
    }

    /** An author's profile is met as if it was a content of theirs. */
    private String author(String content) {
        Content known = contents.get(content);
        return known != null ? known.getAuthorId() : content.startsWith("a") ? content : null;
    }
}
