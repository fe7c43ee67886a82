package io.tuijian.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Actions;
import io.tuijian.features.CountOnce;
import io.tuijian.features.Facts;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every example as the log has it. A label that was written well within its window must be there. One that came near
 * the end of the window or after it, or for a content that came after its page, may be: how late is late depends on how
 * far other partitions had been read. Any other label must not be there.
 */
final class ExampleCheck {
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MARGIN = Duration.ofHours(12);

    /** What the log has of one item of one page. */
    private static final class Item {
        final Served page;
        final ServedItem shown;
        final Content content;
        final Map<Action, Integer> counts = new EnumMap<>(Action.class);
        final Set<Action> perhaps = EnumSet.noneOf(Action.class);
        long watchedMillis;

        Item(Served page, ServedItem shown, Content content) {
            this.page = page;
            this.shown = shown;
            this.content = content;
        }

        Instant closes() {
            return page.getAt().plus(content.getKind() == ContentKind.SHOP_ITEM ? WEEK : DAY);
        }

        void label(CountOnce.Counted counted, Instant written) {
            counts.merge(counted.action(), counted.weight(), Integer::sum);
            if (written.isAfter(closes().minus(MARGIN)) || FaultyLog.comesLate(content.getId())) {
                perhaps.add(counted.action());
            }
            if (counted.action() == Action.WATCH) {
                watchedMillis = Math.max(watchedMillis, counted.watchedMillis());
            }
        }
    }

    private final Map<String, Item> items = new HashMap<>();
    private long certain;
    private long uncertain;

    ExampleCheck(FaultyLog log) {
        Map<String, Content> contents = new HashMap<>();
        log.contents().forEach(content -> contents.put(content.getId(), content));
        for (Served page : log.pages()) {
            for (ServedItem shown : page.getItems()) {
                items.put(
                        Keys.example(page.getFeedId(), shown.getContentId()),
                        new Item(page, shown, contents.get(shown.getContentId())));
            }
        }
        Map<String, CountOnce.Ledger> ledgers = new HashMap<>();
        Map<String, String> feeds = new HashMap<>();
        List<Engagement> engagements = log.engagements();
        for (int i = 0; i < engagements.size(); i++) {
            Engagement engagement = engagements.get(i);
            CountOnce.Ledger ledger = ledgers.computeIfAbsent(engagement.getViewerId(), viewer -> CountOnce.inMemory());
            for (CountOnce.Counted counted : CountOnce.counted(ledger, engagement)) {
                String feed = counted.weight() < 0 ? feeds.get(counted.id()) : engagement.getFeedId();
                if (feed == null || Facts.isAuthor(counted.contentId())) {
                    continue;
                }
                if (Actions.TELLING.contains(counted.action())) {
                    feeds.put(counted.id(), feed);
                }
                items.get(Keys.example(feed, counted.contentId()))
                        .label(counted, log.frontiers().get(i));
            }
        }
    }

    /** The ids of all examples. */
    Set<String> ids() {
        return items.keySet();
    }

    /** False if a label of this example may be there or not. */
    boolean isCertain(String id) {
        return items.get(id).perhaps.isEmpty();
    }

    void same(Example row) {
        Item item = items.get(row.getId());
        String id = row.getId();
        assertThat(row.getViewerId()).as(id).isEqualTo(item.page.getViewerId());
        assertThat(row.getContentId()).as(id).isEqualTo(item.shown.getContentId());
        assertThat(row.getAuthorId()).as(id).isEqualTo(item.shown.getAuthorId());
        assertThat(row.getKind()).as(id).isEqualTo(item.content.getKind());
        assertThat(row.getServedAt()).as(id).isEqualTo(item.page.getAt());
        assertThat(row.getPosition()).as(id).isEqualTo(item.shown.getPosition());
        assertThat(row.getFeatureNames()).as(id).isEqualTo(item.page.getFeatureNames());
        assertThat(row.getFeatures()).as(id).isEqualTo(item.shown.getFeatures());
        Map<Action, Boolean> labels = row.getLabels().entrySet().stream()
                .collect(Collectors.toMap(label -> Action.valueOf(label.getKey()), label -> label.getValue() > 0));
        assertThat(item.counts.keySet()).as(id).containsAll(labels.keySet());
        item.counts.forEach((action, count) -> {
            if (item.perhaps.contains(action)) {
                uncertain++;
            } else {
                certain++;
                assertThat(labels.getOrDefault(action, false))
                        .as("%s of %s", action, id)
                        .isEqualTo(count > 0);
            }
        });
        if (!item.perhaps.contains(Action.WATCH)) {
            assertThat(row.getWatchedMillis()).as(id).isEqualTo(item.watchedMillis);
        }
    }

    /** Every example once, by its id. */
    static Map<String, Example> byId(List<Example> rows) {
        Map<String, Example> byId = rows.stream()
                .collect(Collectors.toMap(Example::getId, Function.identity(), (first, second) -> {
                    throw new AssertionError(first.getId() + " is there twice: " + first + " and " + second);
                }));
        return byId;
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%,d examples, each once; %,d labels as they must be, %,d too near the end of their window to be certain",
                items.size(),
                certain,
                uncertain);
    }
}
