package io.tuijian.launcher.evaluate;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import io.tuijian.models.Heads;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows to train on and to judge by, from one replay of the log through the product's own folds and formulas. An outcome
 * counts once it could be known, strictly before the moment of the row that reads it.
 */
final class ProtocolRows {
    /** The surface of rows of which none is known. */
    static final String UNKNOWN_SURFACE = "unknown";

    private static final Set<Action> OF_EARLIER = EnumSet.of(Action.LONG_VIEW, Action.LIKE);

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    private final FeatureReplay replay;
    private final InMemoryFeatureStore store;
    private final Map<String, ViewerState> frozen = new HashMap<>();
    private final List<TrainingSet.Row> earlier = new ArrayList<>();
    private final List<TrainingSet.Row> later = new ArrayList<>();

    /**
     * The rows of one protocol.
     *
     * @param earlier those to train on, whose outcomes were known before the first row to judge by
     * @param later those to judge by
     */
    record Split(TrainingSet earlier, TrainingSet later) {
        /** The same rows without the surface that they were served through. */
        Split withoutSurface() {
            return new Split(ProtocolRows.withoutSurface(earlier), ProtocolRows.withoutSurface(later));
        }
    }

    private ProtocolRows(ExposureLog log) {
        this.replay = new FeatureReplay(FeatureSet.ALL, log.contents());
        this.store = replay.store();
    }

    /** @param judgedFrom the first day, as the log files it, that is judged */
    static Split of(ExposureLog log, Protocol protocol, LocalDate judgedFrom) {
        ProtocolRows taken = new ProtocolRows(log);
        Instant known =
                switch (protocol) {
                    case STATIC -> taken.frozenFrom(log.exposures(), judgedFrom);
                    case PREQUENTIAL -> taken.running(log.exposures(), judgedFrom);
                };
        TrainingSet earlier = new TrainingSet(FeatureSet.ALL.names(), taken.earlier, known);
        return new Split(earlier.earlier(), new TrainingSet(FeatureSet.ALL.names(), taken.later, known));
    }

    /** States and clock stop at the midnight before the first day judged. */
    private Instant frozenFrom(List<Exposure> exposures, LocalDate judgedFrom) {
        Instant midnight = judgedFrom.atStartOfDay(CHINA).toInstant();
        for (Exposure exposure : exposures) {
            if (!exposure.isFrom(judgedFrom)) {
                shown(exposure, false);
            }
        }
        replay.advance(midnight);
        for (Exposure exposure : exposures) {
            if (exposure.isFrom(judgedFrom)) {
                later.add(row(exposure, true, midnight));
            }
        }
        return midnight;
    }

    private Instant running(List<Exposure> exposures, LocalDate judgedFrom) {
        Instant first = Instant.MAX;
        for (Exposure exposure : exposures) {
            boolean judges = exposure.isFrom(judgedFrom);
            shown(exposure, judges);
            if (judges && first == Instant.MAX) {
                first = Instant.ofEpochMilli(exposure.atMillis());
            }
        }
        return first;
    }

    private void shown(Exposure exposure, boolean judges) {
        Instant now = Instant.ofEpochMilli(exposure.atMillis());
        replay.advance(now);
        (judges ? later : earlier).add(row(exposure, judges, now));
        replay.page(exposure.served(), exposure.engagements(), null);
    }

    private TrainingSet.Row row(Exposure exposure, boolean judges, Instant now) {
        Content content = store.content(exposure.contentId());
        ContentState state = store.contentState(content.getId());
        AuthorState author = store.author(content.getAuthorId());
        ViewerState viewer =
                judges ? frozen.computeIfAbsent(exposure.viewerId(), store::viewer) : store.viewer(exposure.viewerId());
        Context at = FeatureReplay.context(exposure.served());
        Context context = new Context(now, at.zone(), at.surface(), null, at.sessionDepth(), null, null);
        Features features =
                FeatureSet.ALL.of(new FeatureInput(viewer, store.relations(), content, state, author, context));
        List<ViewerState.Recent> recent = features.recent();
        return new TrainingSet.Row(
                exposure.viewerId(),
                content.getId(),
                content.getAuthorId(),
                content.getKind(),
                content.getTopics(),
                exposure.isEarlier() ? UNKNOWN_SURFACE : exposure.surface(),
                exposure.atMillis(),
                exposure.knownAtMillis(),
                0,
                1,
                features.dense(),
                List.copyOf(recent.subList(0, Math.min(TrainingSet.Row.RECENT, recent.size()))),
                labels(exposure),
                watchedShare(exposure, content),
                PopularityModel.byHead(state, author));
    }

    private static int labels(Exposure exposure) {
        int labels = 0;
        for (int head = 0; head < Heads.ALL.size(); head++) {
            Action action = Heads.ALL.get(head);
            if (exposure.isEarlier() && !OF_EARLIER.contains(action)) {
                labels |= TrainingSet.Row.unknown(head);
            } else if (exposure.did(action)) {
                labels |= 1 << head;
            }
        }
        return labels;
    }

    private static float watchedShare(Exposure exposure, Content content) {
        long duration = content.getVideo().getDurationMillis();
        return exposure.isEarlier() || duration <= 0
                ? Float.NaN
                : Math.min(1, (float) exposure.watchedMillis() / duration);
    }

    private static TrainingSet withoutSurface(TrainingSet set) {
        List<TrainingSet.Row> rows = set.rows().stream()
                .map(row -> new TrainingSet.Row(
                        row.viewerId(),
                        row.contentId(),
                        row.authorId(),
                        row.kind(),
                        row.topics(),
                        UNKNOWN_SURFACE,
                        row.servedAtMillis(),
                        row.knownAtMillis(),
                        row.position(),
                        row.sampleRate(),
                        row.dense(),
                        row.recent(),
                        row.labels(),
                        row.watchedShare(),
                        row.popularity()))
                .toList();
        return new TrainingSet(set.names(), rows, set.judgedFrom());
    }
}
