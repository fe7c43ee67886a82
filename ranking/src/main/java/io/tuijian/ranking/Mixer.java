package io.tuijian.ranking;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts scored contents into an order people like: position by position it draws one of the best that are left, where an
 * author counts less the more they are there already and stands at most twice in any twenty, nothing comes twice in
 * other words, kinds keep their share, and what is new or by small authors gets the positions promised to it. Safe from
 * many threads.
 */
public final class Mixer {
    /** In so many items that follow each other an author stands so often at most. */
    public static final int WINDOW = 20;

    public static final int MOST_OF_AN_AUTHOR = 2;

    /** Followed authors with anything to show below which the author cap yields on {@code following}. */
    private static final int FEW_AUTHORS = 10;

    static final String AUTHOR_DECAY = "author-decay";
    private static final String TOPIC_DECAY = "topic-decay";

    /** By what it multiplies a score. */
    static final List<String> FACTORS = List.of(AUTHOR_DECAY, TOPIC_DECAY);

    /** The turn of what is new. */
    static final String NEW_CONTENT = Share.NEW_CONTENT.turn();

    /** The turn of what is by a small author. */
    static final String SMALL_AUTHOR = Share.SMALL_AUTHOR.turn();

    /** The turn of what was drawn though another was better. */
    static final String DRAWN = "drawn";

    private final boolean capping;

    public Mixer() {
        this(true);
    }

    private Mixer(boolean capping) {
        this.capping = capping;
    }

    /** One where an author may stand anywhere any number of times. */
    static Mixer uncapped() {
        return new Mixer(false);
    }

    /**
     * The items of the page, at most {@code request.limit()}.
     *
     * <p>Before it is short, the shares of kinds and near-equal texts yield, and on {@code following} the author cap.
     *
     * @param scored best first
     */
    public List<Placed> mix(List<ScoredContent> scored, FeedRequest request, Tuning tuning) {
        return new Page(scored, request, tuning, capping).mixed();
    }

    /** A page while it is mixed. */
    private static final class Page {
        private final List<ScoredContent> scored;
        private final FeedRequest request;
        private final SurfaceTuning tuning;
        private final Tuning.Promised promised;
        private final boolean capped;

        private final boolean[] taken;
        private final Long[] fingerprints; // of those that came near to being taken
        private final List<Placed> placed;
        private final Deque<FeedRequest.Earlier> window = new ArrayDeque<>(); // the last nineteen
        private final Map<String, Integer> authors = new HashMap<>(); // in the window
        private final Map<String, Integer> topics = new HashMap<>(); // on this page
        private final Set<String> originals = new HashSet<>(); // in this feed
        private final Set<Long> texts = new HashSet<>(); // in this feed
        private final Map<Share, Turns> turns = new EnumMap<>(Share.class);
        private Set<ContentKind> full = Set.of(); // kinds that may not come next

        private final double[] authorDecays; // by how many are there
        private final double[] topicDecays;
        private final int[] best;
        private final double[] scores;

        Page(List<ScoredContent> scored, FeedRequest request, Tuning tuning, boolean capping) {
            this.scored = scored;
            this.request = request;
            this.tuning = tuning.of(request.surface());
            this.promised = tuning.promised();
            this.capped = capping && isCapped(request.surface(), scored);
            taken = new boolean[scored.size()];
            fingerprints = new Long[scored.size()];
            placed = new ArrayList<>(request.limit());
            authorDecays = powers(this.tuning.authorDecay(), WINDOW);
            topicDecays = powers(this.tuning.topicDecay(), request.limit());
            int drawnFrom = this.tuning.temperature() == 0 ? 1 : this.tuning.drawnFrom();
            best = new int[drawnFrom];
            scores = new double[drawnFrom];
            for (Share share : Share.values()) {
                turns.put(share, new Turns(share.of(this.tuning)));
            }
            for (int i = 0; i < request.earlier().size(); i++) {
                follow(request.earlier().get(i), i);
            }
        }

        List<Placed> mixed() {
            while (placed.size() < request.limit()) {
                int position = request.earlier().size() + placed.size();
                full = fullKinds();
                Placed next = next(position);
                if (next == null) {
                    break;
                }
                placed.add(next);
                Content content = next.content().hydrated().content();
                new HashSet<>(content.getTopics()).forEach(topic -> topics.merge(topic, 1, Integer::sum));
                follow(next.earlier(), position);
            }
            return placed;
        }

        /** Those whose turn it is, if there are any; else the best of all. */
        private Placed next(int position) {
            for (Share share : Share.values()) {
                if (turns.get(share).due(position)) {
                    int count = best(share, false);
                    if (count > 0) {
                        return drawn(count, position, share.turn());
                    }
                }
            }
            int count = best(null, false);
            if (count == 0) {
                count = best(null, true);
            }
            return count == 0 ? null : drawn(count, position, null);
        }

        private Placed drawn(int count, int position, String turn) {
            Draw.Drawn drawn = tuning.temperature() == 0
                    ? new Draw.Drawn(0, 1)
                    : Draw.one(scores, count, tuning.temperature(), request.id(), position);
            int index = best[drawn.index()];
            taken[index] = true;
            ScoredContent content = scored.get(index);
            Map<String, Double> factors = new LinkedHashMap<>(content.factors());
            put(factors, AUTHOR_DECAY, authorDecay(content));
            put(factors, TOPIC_DECAY, topicDecay(content));
            return new Placed(
                    content,
                    position,
                    scores[drawn.index()],
                    factors,
                    tuning.temperature() == 0 ? null : drawn.propensity(),
                    turn == null && drawn.index() > 0 ? DRAWN : turn,
                    List.of());
        }

        private static void put(Map<String, Double> factors, String rule, double factor) {
            if (factor != 1) {
                factors.put(rule, factor);
            }
        }

        /**
         * Finds the best that may come next, best first.
         *
         * @param share of those that it helps only, null for all
         * @param yielding true if the shares of kinds and near-equal texts do not matter
         * @return how many; they stand in {@link #best}, with their {@link #scores}
         */
        private int best(Share share, boolean yielding) {
            int count = 0;
            Instant now = request.now();
            for (int i = 0; i < taken.length; i++) {
                ScoredContent content = scored.get(i);
                if (count == best.length && content.score() <= scores[count - 1]) {
                    break; // sorted by score, and decay only lowers it
                }
                Hydrated hydrated = content.hydrated();
                if (taken[i]
                        || capped && times(authors, hydrated.originalAuthorId()) >= MOST_OF_AN_AUTHOR
                        || !yielding && full.contains(hydrated.content().getKind())
                        || share != null && !share.helps(hydrated, promised, now)
                        || originals.contains(hydrated.originalId())) {
                    continue;
                }
                double score = content.score() * authorDecay(content) * topicDecay(content);
                if (count == best.length && score <= scores[count - 1] || !yielding && said(i)) {
                    continue;
                }
                count = Math.min(count + 1, best.length);
                int at = count - 1;
                for (; at > 0 && scores[at - 1] < score; at--) {
                    scores[at] = scores[at - 1];
                    best[at] = best[at - 1];
                }
                scores[at] = score;
                best[at] = i;
            }
            return count;
        }

        private double authorDecay(ScoredContent content) {
            return authorDecays[times(authors, content.hydrated().originalAuthorId())];
        }

        /** By its most frequent topic. */
        private double topicDecay(ScoredContent content) {
            int most = 0;
            for (String topic : content.hydrated().content().getTopics()) {
                most = Math.max(most, times(topics, topic));
            }
            return topicDecays[most];
        }

        /** Whether the feed says nearly the same already. */
        private boolean said(int index) {
            if (fingerprints[index] == null) {
                fingerprints[index] =
                        Fingerprint.of(scored.get(index).hydrated().content().getText());
            }
            long fingerprint = fingerprints[index];
            for (long text : texts) {
                if (Fingerprint.near(fingerprint, text)) {
                    return true;
                }
            }
            return false;
        }

        /** The kinds of which the last nine hold as many as any ten may. */
        private Set<ContentKind> fullKinds() {
            Set<ContentKind> kinds = EnumSet.noneOf(ContentKind.class);
            tuning.mostOfTen().forEach((kind, most) -> {
                int skip = window.size() - 9;
                int there = 0;
                for (FeedRequest.Earlier earlier : window) {
                    there += skip-- <= 0 && earlier.kind() == kind ? 1 : 0;
                }
                if (there >= most) {
                    kinds.add(kind);
                }
            });
            return kinds;
        }

        /** What stands in the feed counts for what comes next. */
        private void follow(FeedRequest.Earlier item, int position) {
            window.addLast(item);
            authors.merge(item.authorId(), 1, Integer::sum);
            if (window.size() == WINDOW) {
                authors.merge(window.removeFirst().authorId(), -1, Integer::sum);
            }
            originals.add(item.originalId());
            if (item.fingerprint() != Fingerprint.NONE) {
                texts.add(item.fingerprint());
            }
            for (Share share : Share.values()) {
                if (share.turn().equals(item.turn())) {
                    turns.get(share).given(position);
                }
            }
        }

        private static double[] powers(double of, int most) {
            double[] powers = new double[most + 1];
            for (int i = 0; i <= most; i++) {
                powers[i] = Math.pow(of, i);
            }
            return powers;
        }

        private static int times(Map<String, Integer> counts, String key) {
            return counts.getOrDefault(key, 0);
        }
    }

    /**
     * False if an author may stand there any number of times: on {@code following}, where few have anything to show.
     *
     * @param scored all that there was to show
     */
    public static boolean isCapped(Surface surface, List<ScoredContent> scored) {
        if (surface != Surface.FOLLOWING) {
            return true;
        }
        Set<String> authors = new HashSet<>();
        for (ScoredContent content : scored) {
            if (authors.add(content.hydrated().originalAuthorId()) && authors.size() >= FEW_AUTHORS) {
                return true;
            }
        }
        return false;
    }

    /** What was promised to a share in a feed, and given. */
    private static final class Turns {
        private final double share;
        private int given;
        private double last = Double.NEGATIVE_INFINITY;

        Turns(double share) {
            this.share = share;
        }

        /**
         * Whether so much of its promise is open that this position is its turn. What could not be given earlier is
         * caught up at twice the usual rate, so that a page is never all theirs.
         */
        boolean due(int position) {
            boolean open = share > 0 && share * (position + 1) - given >= 0.5 - 1e-9;
            return open && 2 * share * (position - last) >= 1 - 1e-9;
        }

        void given(int position) {
            given++;
            last = position;
        }
    }
}
