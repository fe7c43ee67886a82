package io.tuijian.launcher.population;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The population scrolls, reacts, follows, buys and publishes through the real HTTP API, at a bounded rate and with
 * bounded concurrency. When the API answers 429 or 503, or not at all, everybody waits, twice as long each time;
 * engagements that were not taken are sent again under the same ids. Closing stops at once.
 */
public final class PopulationClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PopulationClient.class);
    private static final int TRIES = 8;
    private static final long SHORTEST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 30_000;
    private static final int MOST_FOLLOWS = 1_000;

    /** Where a session begins; most on the first. */
    private static final List<String> SURFACES =
            List.of("for-you", "for-you", "for-you", "for-you", "for-you", "for-you", "for-you", "following", "shop");

    private static final double VIA_PROFILE = 0.3;
    private static final double LEAVES_OUT_CURSOR = 0.15;

    private final Population population;
    private final Settings settings;
    private final LongFunction<Draft> drafts;
    private final Api api;
    private final Clock clock;
    private final List<Person> people = new ArrayList<>();
    private final SplittableRandom chooses;
    private final Semaphore free;
    private final ExecutorService workers;
    private final ScheduledExecutorService beat;
    private final AtomicLong pages = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong orders = new AtomicLong();
    private final AtomicLong publications = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();
    private final AtomicLong drafted = new AtomicLong();
    private volatile long waitsUntilNanos = System.nanoTime();
    private volatile long waitMillis;
    private volatile boolean closed;

    /**
     * How the population behaves towards the API.
     *
     * @param pagesPerSecond of all viewers together, at most
     * @param concurrency requests at the same time, at most
     * @param pageSize 1 to 100
     * @param publishEvery between two publications of all KOLs together; null if none publish
     */
    public record Settings(URI baseUrl, double pagesPerSecond, int concurrency, int pageSize, Duration publishEvery) {}

    /** What came of it so far; waits are answers of 429 or 503 and failures to answer. */
    public record Counts(
            long pages, long accepted, long rejected, long errors, long orders, long publications, long waits) {}

    /** What an author is about to publish: the body of a {@code POST /v1/contents}. */
    public record Draft(String authorId, Object body) {}

    /**
     * A population whose authors publish contents of their own kind.
     *
     * @param clock gives the times of what is sent
     */
    public PopulationClient(Population population, Settings settings, Clock clock) {
        this(population, settings, new OwnDrafts(population), clock);
    }

    /**
     * @param drafts what is published next, by number from 0
     */
    public PopulationClient(Population population, Settings settings, LongFunction<Draft> drafts, Clock clock) {
        this.population = population;
        this.settings = settings;
        this.drafts = drafts;
        this.clock = clock;
        this.api = new Api(settings.baseUrl(), clock);
        this.free = new Semaphore(settings.concurrency());
        this.chooses = Seeds.random(population.seed(), "who comes next");
        this.workers = Executors.newFixedThreadPool(settings.concurrency(), daemon("population"));
        this.beat = Executors.newSingleThreadScheduledExecutor(daemon("population-beat"));
        population.viewers().forEach(viewer -> people.add(new Person(viewer)));
    }

    public void start() {
        long pause = Math.max(1, Math.round(1e6 / settings.pagesPerSecond()));
        beat.scheduleWithFixedDelay(this::nextViewer, pause, pause, TimeUnit.MICROSECONDS);
        if (settings.publishEvery() != null) {
            long every = settings.publishEvery().toMillis();
            beat.scheduleWithFixedDelay(this::nextPublication, every, every, TimeUnit.MILLISECONDS);
        }
    }

    public Counts counts() {
        return new Counts(
                pages.get(),
                accepted.get(),
                rejected.get(),
                errors.get(),
                orders.get(),
                publications.get(),
                waits.get());
    }

    /** Interrupts what goes on; nothing is sent afterwards. */
    @Override
    public void close() {
        closed = true;
        beat.shutdownNow();
        workers.shutdownNow();
        try {
            workers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void nextViewer() {
        for (int tries = 0; tries < TRIES && ready(); tries++) {
            Person person = people.get(population.active().draw(chooses));
            if (person.busy.compareAndSet(false, true)) {
                submit(person::turn, () -> person.busy.set(false));
                return;
            }
        }
    }

    private void nextPublication() {
        if (ready()) {
            submit(this::publish, () -> {});
        }
    }

    private boolean ready() {
        return !closed && System.nanoTime() - waitsUntilNanos >= 0;
    }

    /** One call of many; it may fail as the API does. */
    private interface Call {
        void run() throws IOException, InterruptedException;
    }

    private void submit(Call call, Runnable afterwards) {
        if (!free.tryAcquire()) {
            afterwards.run();
            return;
        }
        try {
            workers.execute(() -> {
                try {
                    call.run();
                    waitMillis = 0;
                } catch (Api.Busy busy) {
                    waitFor(busy.waitMillis(), busy);
                } catch (Api.Refused refused) {
                    errors.incrementAndGet();
                    LOG.info("the population was refused: {}", refused.getMessage());
                } catch (IOException e) {
                    waitFor(0, e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                    errors.incrementAndGet();
                    LOG.warn("the population stumbles", e);
                } finally {
                    free.release();
                    afterwards.run();
                }
            });
        } catch (java.util.concurrent.RejectedExecutionException e) {
            free.release();
            afterwards.run(); // closed meanwhile
        }
    }

    /** Everybody waits: as long as asked, else twice as long as before. Those who failed together wait once. */
    private synchronized void waitFor(long asked, IOException why) {
        waits.incrementAndGet();
        if (!ready()) {
            return;
        }
        waitMillis = Math.min(LONGEST_WAIT_MILLIS, Math.max(SHORTEST_WAIT_MILLIS, 2 * waitMillis));
        waitsUntilNanos = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(Math.min(LONGEST_WAIT_MILLIS, Math.max(asked, waitMillis)));
        LOG.info("the population waits {} ms: {}", Math.max(asked, waitMillis), why.getMessage());
    }

    private void publish() throws IOException, InterruptedException {
        Draft draft = drafts.apply(drafted.getAndIncrement());
        api.post("/v1/contents", api.author(draft.authorId()), draft.body());
        publications.incrementAndGet();
    }

    /** One viewer; a turn is a page looked at. */
    private final class Person {
        private final Viewer viewer;
        private final SplittableRandom random;
        private final AtomicBoolean busy = new AtomicBoolean();
        private Session session = new Session("s0");
        private String surface = SURFACES.get(0);
        private String cursor;
        private final Set<Long> followed = new HashSet<>();
        private Batch unsent;
        private long count;
        private long sessions;

        Person(Viewer viewer) {
            this.viewer = viewer;
            this.random = Seeds.random(population.seed(), "viewer " + viewer.index());
        }

        void turn() throws IOException, InterruptedException {
            String token = api.viewer(viewer.id());
            sendUnsent(token);
            String query = "/v1/feed/" + surface + "?limit=" + settings.pageSize()
                    + (cursor == null ? "" : "&cursor=" + cursor);
            JsonNode page;
            try {
                page = api.get(query, token);
            } catch (IOException e) {
                cursor = null; // it may be what the API does not like
                throw e;
            }
            pages.incrementAndGet();
            look(page);
            sendUnsent(token);
        }

        private void look(JsonNode page) {
            unsent = new Batch();
            double pleasure = 0;
            int looked = 0;
            for (JsonNode item : page.path("items")) {
                JsonNode content = item.path("content");
                Work work = Strangers.work(population, content);
                Situation situation =
                        session.situation(work, item.path("position").asInt());
                session.show(work);
                boolean follows = followed.contains(work.authorKey());
                List<Act> acts = Behaviour.react(viewer, work, situation, follows, random);
                for (Act act : acts) {
                    if (act.action() == Action.FOLLOW && followed.size() < MOST_FOLLOWS) {
                        followed.add(work.authorKey());
                    }
                    add(act, page.path("feedId").asText(), item);
                }
                if (!acts.isEmpty()) {
                    looked++;
                    pleasure += Behaviour.utility(viewer, work) - Behaviour.fatigue(viewer, situation);
                }
            }
            double mean = looked == 0 ? 0 : pleasure / looked;
            cursor = page.path("nextCursor").asText(null);
            boolean nothing = page.path("items").isEmpty();
            if (nothing || random.nextDouble() >= Behaviour.goesOn(viewer, mean, session.depth())) {
                session = new Session("s" + ++sessions);
                surface = SURFACES.get(random.nextInt(SURFACES.size()));
                cursor = null;
            } else if (random.nextDouble() < LEAVES_OUT_CURSOR) {
                cursor = null;
            }
        }

        /** What the server derives is left to it; a purchase goes to the order desk. */
        private void add(Act act, String feedId, JsonNode item) {
            String contentId = item.path("content").path("id").asText();
            switch (act.action()) {
                case LONG_VIEW, FINISH -> {}
                case PURCHASE -> unsent.orders.add(contentId + " " + feedId);
                case FOLLOW -> {
                    if (random.nextDouble() < VIA_PROFILE) {
                        unsent.follows.add(item.path("content").path("authorId").asText());
                    } else {
                        unsent.add(engagement(act, feedId, item, contentId));
                    }
                }
                default -> unsent.add(engagement(act, feedId, item, contentId));
            }
        }

        private Api.Sent engagement(Act act, String feedId, JsonNode item, String contentId) {
            String id = viewer.id() + "-" + clock.millis() + "-" + count++;
            String undoes = act.takenBack() ? unsent.last(Action.LIKE, contentId) : null;
            return new Api.Sent(
                    id,
                    contentId,
                    act.action(),
                    clock.instant().toString(),
                    feedId,
                    item.path("position").asInt(),
                    surface,
                    session.id,
                    act.watchedMillis() > 0 ? act.watchedMillis() : null,
                    undoes);
        }

        /** Each part is done with only once it was taken, so that a failure sends it again under the same ids. */
        private void sendUnsent(String token) throws IOException, InterruptedException {
            if (unsent == null) {
                return;
            }
            try {
                send(token);
            } catch (Api.Refused e) {
                unsent = null; // the same again would be refused again
                throw e;
            }
        }

        private void send(String token) throws IOException, InterruptedException {
            if (!unsent.engagements.isEmpty()) {
                JsonNode taken = api.engagements(token, unsent.engagements);
                accepted.addAndGet(taken.path("accepted").size());
                rejected.addAndGet(taken.path("rejected").size());
                unsent.engagements.clear();
            }
            while (!unsent.follows.isEmpty()) {
                // Taken off first: not every author may still be followed, and once refused is refused again.
                api.put("/v1/viewers/me/following/" + unsent.follows.remove(unsent.follows.size() - 1), token);
            }
            while (!unsent.orders.isEmpty()) {
                // Taken off first: an order has no id of its own, and twice would be bought twice.
                String[] order = unsent.orders.remove(unsent.orders.size() - 1).split(" ");
                if (api.order(token, order[0], order[1])) {
                    orders.incrementAndGet();
                }
            }
            unsent = null;
        }
    }

    /** What a viewer did on one page and nobody knows yet. */
    private static final class Batch {
        final List<Api.Sent> engagements = new ArrayList<>();
        final List<String> follows = new ArrayList<>();
        final List<String> orders = new ArrayList<>();

        void add(Api.Sent one) {
            engagements.add(one);
        }

        String last(Action action, String contentId) {
            for (int i = engagements.size() - 1; i >= 0; i--) {
                Api.Sent one = engagements.get(i);
                if (one.action() == action && one.contentId().equals(contentId)) {
                    return one.id();
                }
            }
            return null;
        }
    }

    private static java.util.concurrent.ThreadFactory daemon(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
