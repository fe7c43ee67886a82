package io.tuijian.feedapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.ItemDetail;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left of items that have a stock: a document per item in Elasticsearch, changed only from the state that was
 * read, so that the last piece is sold once, however many servers sell. The content follows in the background. Safe from
 * many threads.
 */
final class Stock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stock.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An order that comes again after so many others of the same item is a new one. */
    static final int ORDERS_REMEMBERED = 1_000;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LONGEST_PAUSE_MILLIS = 20;
    private static final int LOCKS = 64;
    private static final int MOST_PENDING = 10_000;
    private static final int LINES_EVERY = 1_000;
    private static final Duration FOLLOW_AGAIN = Duration.ofMillis(200);
    private static final int FOLLOW_TRIES = 25;
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Elasticsearch elasticsearch;
    private final Duration deadline;
    private final ReplicatedFeatureStore store;
    private final EventLog log;
    private final Object[] locks = new Object[LOCKS];
    private final int mostPending;
    private final Set<String> pending = ConcurrentHashMap.newKeySet();
    private final AtomicLong notFollowed = new AtomicLong();
    private final ScheduledExecutorService follower = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "stock-follower");
        thread.setDaemon(true);
        return thread;
    });

    Stock(Elasticsearch elasticsearch, Duration deadline, ReplicatedFeatureStore store, EventLog log) {
        this(elasticsearch, deadline, store, log, MOST_PENDING);
    }

    /** @param mostPending contents that wait to say their stock */
    Stock(Elasticsearch elasticsearch, Duration deadline, ReplicatedFeatureStore store, EventLog log, int mostPending) {
        this.mostPending = mostPending;
        this.elasticsearch = elasticsearch;
        this.deadline = deadline;
        this.store = store;
        this.log = log;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /**
     * What is left of an item.
     *
     * @param remaining pieces; null for any number
     * @param version the newest that any server gave to the content because of its stock
     * @param orders that took a piece, the newest last
     */
    record Count(String contentId, Integer remaining, long version, List<String> orders) {
        Count sold(String order) {
            List<String> all = new ArrayList<>(orders);
            all.add(order);
            return new Count(
                    contentId,
                    remaining - 1,
                    version,
                    all.subList(Math.max(0, all.size() - ORDERS_REMEMBERED), all.size()));
        }
    }

    /** A count and where in its history it stands; null in both for none. */
    private record Stored(Count count, long sequence, long term) {}

    /** Something that is tried until nobody was faster. */
    private interface Attempt<T> {
        /** The outcome, or null if it has to be tried again. */
        T tried() throws IOException;
    }

    /**
     * Takes one piece for this order, once for each order; the same again is as good as before. Ends the request with
     * 503 if that cannot be done now.
     *
     * @param item with a stock
     * @return false if it is sold out
     */
    boolean sell(Content item, String order) {
        boolean sold = insist(item.getId(), () -> {
            Stored before = read(item.getId());
            Count count = before == null ? begin(item) : before.count;
            if (count.remaining == null || count.orders.contains(order)) {
                return true;
            }
            if (count.remaining <= 0) {
                return false;
            }
            return write(count.sold(order), before) ? true : null;
        });
        follow(item.getId());
        return sold;
    }

    private static Count begin(Content item) {
        return new Count(item.getId(), of(item), item.getVersion(), List.of());
    }

    /**
     * The changed content with a stock and a version that hold against what is being sold meanwhile. A stock other than
     * the one before becomes the count; the same leaves the count as it is. Ends the request with 503 if that cannot be
     * done now.
     */
    Content changed(Content before, Content after) {
        Integer asked = of(after);
        if (of(before) == null && asked == null) {
            return after;
        }
        return insist(after.getId(), () -> {
            Stored stored = read(after.getId());
            boolean keep = stored != null && Objects.equals(of(before), asked);
            Integer remaining = keep ? stored.count.remaining : asked;
            long version = stored == null ? after.getVersion() : Math.max(after.getVersion(), stored.count.version + 1);
            List<String> orders = stored == null ? List.of() : stored.count.orders;
            return write(new Count(after.getId(), remaining, version, orders), stored)
                    ? with(after, remaining, version)
                    : null;
        });
    }

    /** Pieces left as the content says, null for any number. */
    static Integer of(Content content) {
        return content.getItem() == null ? null : content.getItem().getStock();
    }

    private static Content with(Content content, Integer stock, long version) {
        ItemDetail item = content.getItem();
        return Content.newBuilder(content)
                .setItem(
                        item == null
                                ? null
                                : ItemDetail.newBuilder(item).setStock(stock).build())
                .setVersion(version)
                .build();
    }

    /** One at a time for an item on this server, so that only servers get in each other's way. */
    private <T> T insist(String contentId, Attempt<T> attempt) {
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        synchronized (locks[Math.floorMod(contentId.hashCode(), LOCKS)]) {
            try {
                while (System.nanoTime() < giveUpAt) {
                    T outcome = attempt.tried();
                    if (outcome != null) {
                        return outcome;
                    }
                    Thread.sleep(1 + ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS));
                }
            } catch (IOException e) {
                LOG.warn("the stock of {} could not be counted: {}", contentId, e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        throw Problem.unavailable("Stock cannot be counted right now; send it again with the same ids.");
    }

    private Stored read(String contentId) throws IOException {
        try {
            JsonNode found = elasticsearch.call("GET", path(contentId), null, deadline);
            return new Stored(
                    JSON.treeToValue(found.path("_source"), Count.class),
                    found.path("_seq_no").asLong(),
                    found.path("_primary_term").asLong());
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 404) {
                return null;
            }
            throw refused;
        } catch (JsonProcessingException e) {
            throw new IOException("the count cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    /** False if somebody else wrote meanwhile. */
    private boolean write(Count count, Stored before) throws IOException {
        String condition = before == null
                ? "?op_type=create"
                : "?if_seq_no=" + before.sequence + "&if_primary_term=" + before.term;
        elasticsearch.require(Indices.STOCK, deadline);
        try {
            elasticsearch.call("PUT", path(count.contentId) + condition, JSON.writeValueAsString(count), deadline);
            return true;
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 409) {
                return false;
            }
            throw refused;
        }
    }

    private static String path(String contentId) {
        return "/" + Indices.STOCK.name() + "/_doc/" + URLEncoder.encode(contentId, StandardCharsets.UTF_8);
    }

    /** Has the content say, soon, what is left; several sales at once make one change. */
    void follow(String contentId) {
        if (pending.contains(contentId)) {
            return;
        }
        if (pending.size() >= mostPending) {
            if (notFollowed.getAndIncrement() % LINES_EVERY == 0) {
                LOG.warn(
                        "{} contents wait to say their stock: {} does not until its next sale, as others ({} sales so far)",
                        mostPending,
                        contentId,
                        notFollowed);
            }
        } else if (pending.add(contentId)) {
            later(() -> follow(contentId, 1), Duration.ZERO);
        }
    }

    /** Sales after which the content was left to say an older stock, until the next one. */
    long notFollowed() {
        return notFollowed.get();
    }

    private void follow(String contentId, int tries) {
        pending.remove(contentId);
        boolean done;
        try {
            done = followed(contentId, tries == FOLLOW_TRIES);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the content {} does not say its stock: {}", contentId, e.getMessage());
            done = false;
        }
        if (!done && tries < FOLLOW_TRIES && pending.add(contentId)) {
            later(() -> follow(contentId, tries + 1), FOLLOW_AGAIN);
        }
    }

    /**
     * True if nothing is left to do. While this server knows an older content than another gave out, it waits, for else
     * it would write over it; in the end that one is taken for lost.
     */
    private boolean followed(String contentId, boolean inTheEnd) throws IOException {
        Stored stored = read(contentId);
        Content content = store.content(contentId);
        if (stored == null
                || content == null
                || content.getState() != ContentState.LIVE
                || content.getItem() == null
                || Objects.equals(of(content), stored.count.remaining)) {
            return true;
        }
        if (content.getVersion() < stored.count.version && !inTheEnd) {
            return false;
        }
        long version = Math.max(content.getVersion(), stored.count.version) + 1;
        Count claimed = new Count(contentId, stored.count.remaining, version, stored.count.orders);
        if (!write(claimed, stored)) {
            return false;
        }
        Content next = with(content, claimed.remaining, version);
        log.content(next);
        store.accept(next);
        later(() -> settle(contentId, version), SETTLED);
        return true;
    }

    /**
     * A take-down or change that another server made at the same moment may have come into the topic before the older
     * record of this one, which compaction would then keep: the newest is written once more.
     */
    private void settle(String contentId, long version) {
        Content newest = store.content(contentId);
        if (newest == null || newest.getVersion() <= version) {
            return;
        }
        try {
            log.content(newest);
        } catch (RuntimeException e) {
            LOG.warn("the newest version of {} was not written again: {}", contentId, e.getMessage());
        }
        later(() -> settle(contentId, newest.getVersion()), SETTLED);
    }

    private void later(Runnable work, Duration pause) {
        try {
            follower.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("closed: the next sale has the content follow", closed);
        }
    }

    @Override
    public void close() {
        follower.shutdownNow();
    }
}
