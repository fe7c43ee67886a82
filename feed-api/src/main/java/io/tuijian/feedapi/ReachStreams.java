package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells readers what their authors reached today whenever it changed, as server-sent events. One thread asks for all authors
 * at once, and writes without waiting: a slow reader misses what was overtaken, never the newest. Safe from many threads.
 */
final class ReachStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReachStreams.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration STUCK = Duration.ofSeconds(30);
    private static final int KNOCKS = 3;
    private static final Duration KNOCK = Duration.ofMillis(50);

    /** How many readers of one server, and of one author, there are at most. */
    static final int MOST = 256;

    static final int MOST_OF_AUTHOR = 4;

    /** What authors reached on the day of a moment. */
    interface Today {
        /**
         * @return by author; who reached nobody may be missing
         * @throws IOException if it cannot be read right now
         */
        Map<String, ReachFigures> of(Collection<String> authors, Instant now) throws IOException;
    }

    /** The data of the event {@code reach}. */
    record Event(String authorId, String at, String from, ReachFigures total) {}

    /** The data of the event {@code degraded}. */
    record Degraded(List<String> degraded) {}

    private final Today today;
    private final Clock clock;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "reach-streams");
        thread.setDaemon(true);
        return thread;
    });

    ReachStreams(Today today, Clock clock) {
        this.today = today;
        this.clock = clock;
        teller.scheduleWithFixedDelay(this::tell, PACE.toMillis(), PACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Answers this request with a stream; ends it with 429 if there are too many. */
    void open(Context ctx, String authorId, Instant expiry) {
        Stream stream = new Stream(authorId, expiry, clock.instant());
        for (int knocks = 0; !add(stream); knocks++) {
            if (knocks == KNOCKS) {
                throw Problem.tooMany("This author has " + MOST_OF_AUTHOR + " streams open; close one.");
            }
            knock(authorId);
        }
        stream.ended.whenComplete((end, failure) -> streams.remove(stream));
        ctx.attribute("timer", null); // minutes of listening are no answer's time
        ctx.contentType("text/event-stream; charset=utf-8");
        ctx.header("Cache-Control", "no-store");
        ctx.header("X-Accel-Buffering", "no");
        ctx.future(() -> {
            stream.begin(ctx.res());
            teller.execute(this::tell);
            return stream.ended;
        });
    }

    /** @return false if the author has as many as there may be */
    private boolean add(Stream stream) {
        synchronized (streams) {
            if (streams.size() >= MOST) {
                throw Problem.tooMany("This server has " + MOST + " streams open; ask again later.");
            }
            return ofAuthor(stream.authorId).count() < MOST_OF_AUTHOR && streams.add(stream);
        }
    }

    /** A reader who went away is noticed by the second writing: somebody who reloads a page is not to wait for that. */
    private void knock(String authorId) {
        ofAuthor(authorId).forEach(stream -> stream.beat(clock.instant()));
        try {
            Thread.sleep(KNOCK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.tooMany("This server is about to stop; ask again later.");
        }
    }

    private java.util.stream.Stream<Stream> ofAuthor(String authorId) {
        return streams.stream().filter(one -> one.authorId.equals(authorId));
    }

    int open() {
        return streams.size();
    }

    private void tell() {
        try {
            Instant now = clock.instant();
            streams.stream().filter(stream -> !now.isBefore(stream.expiry)).forEach(Stream::end);
            if (streams.isEmpty()) {
                return;
            }
            Set<String> authors = streams.stream().map(one -> one.authorId).collect(Collectors.toSet());
            try {
                Map<String, ReachFigures> figures = today.of(authors, now);
                streams.forEach(stream -> stream.tell(figures.getOrDefault(stream.authorId, ReachFigures.NONE), now));
            } catch (IOException e) {
                streams.forEach(Stream::tellDegraded);
            }
            streams.forEach(stream -> stream.keep(now));
        } catch (RuntimeException e) { // an exception would end the schedule
            LOG.error("streams of reach were not told", e);
        }
    }

    @Override
    public void close() {
        teller.shutdownNow();
        streams.forEach(Stream::end);
    }

    private static byte[] event(String name, Object data) {
        try {
            return ("event: " + name + "\ndata: " + JSON.writeValueAsString(data) + "\n\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One reader. Holds at most the newest event that was not written yet. */
    private static final class Stream implements WriteListener {
        private static final byte[] BEAT = ": \n\n".getBytes(StandardCharsets.UTF_8);

        private final String authorId;
        private final Instant expiry;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private ServletOutputStream out; // null until it may be written to
        private ReachFigures told;
        private boolean degraded;
        private byte[] next;
        private boolean flush;
        private Instant since;

        Stream(String authorId, Instant expiry, Instant now) {
            this.authorId = authorId;
            this.expiry = expiry;
            this.since = now;
        }

        synchronized void begin(HttpServletResponse response) {
            try {
                out = response.getOutputStream();
                out.setWriteListener(this);
            } catch (IOException e) {
                end();
            }
        }

        synchronized void tell(ReachFigures figures, Instant now) {
            if (out == null || !degraded && figures.equals(told)) {
                return;
            }
            Instant day = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), ReachCover.DAY) * ReachCover.DAY);
            told = figures;
            degraded = false;
            send(event("reach", new Event(authorId, now.toString(), day.toString(), figures)), now);
        }

        synchronized void tellDegraded() {
            if (out != null && !degraded) {
                degraded = true;
                send(event("degraded", new Degraded(List.of("reach"))), since);
            }
        }

        /** Says something now and then, so that a reader who went away is noticed; one who takes nothing is left. */
        synchronized void keep(Instant now) {
            boolean idle = next == null && !flush;
            if (!idle && now.isAfter(since.plus(STUCK))) {
                end();
            } else if (idle && !now.isBefore(since.plus(HEARTBEAT))) {
                send(BEAT, now);
            }
        }

        synchronized void beat(Instant now) {
            if (next == null && !flush) {
                send(BEAT, now);
            }
        }

        private void send(byte[] event, Instant now) {
            if (next == null && !flush) {
                since = now;
            }
            next = event;
            write();
        }

        private synchronized void write() {
            try {
                while (out != null && (next != null || flush) && out.isReady()) {
                    if (next == null) {
                        flush = false;
                        out.flush();
                    } else {
                        byte[] bytes = Objects.requireNonNull(next);
                        next = null;
                        flush = true;
                        out.write(bytes);
                    }
                }
            } catch (IOException | RuntimeException e) {
                end();
            }
        }

        @Override
        public void onWritePossible() {
            write();
        }

        @Override
        public void onError(Throwable failure) {
            end();
        }

        void end() {
            ended.complete(null);
        }
    }
}
