package io.tuijian.launcher.evaluate;

import io.tuijian.launcher.world.EarlierExposure;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * All of KuaiRand-Pure in the order of time: the earlier exposures, then the log with its own times. The earlier ones have
 * an order per viewer and no times: a viewer's are spread evenly over the days before the log.
 */
record ExposureLog(List<Content> contents, List<Exposure> exposures) {
    /** Midnight in China of 25 April 2022. */
    private static final Instant LOG_BEGINS = Instant.parse("2022-04-24T16:00:00Z");

    /** The published log begins on 8 April. */
    private static final long EARLIER_MILLIS = Duration.ofDays(17).toMillis();

    static ExposureLog read(Path folder) {
        KuaiRand data = new KuaiRand(folder);
        List<Content> contents = data.contents();
        List<Exposure> exposures = earlier(data, contents);
        try (Stream<Impression> impressions = data.impressions();
                Stream<LocalDate> days = data.days()) {
            Iterator<LocalDate> day = days.iterator();
            impressions.map(one -> Exposure.of(one, day.next())).forEach(exposures::add);
        }
        exposures.sort(Comparator.comparingLong(Exposure::atMillis));
        return new ExposureLog(contents, exposures);
    }

    private static List<Exposure> earlier(KuaiRand data, List<Content> contents) {
        Map<String, Content> byId = new HashMap<>();
        contents.forEach(content -> byId.put(content.getId(), content));
        List<EarlierExposure> all;
        try (Stream<EarlierExposure> rows = data.earlierExposures()) {
            all = rows.toList();
        }
        Map<String, Integer> counts = new HashMap<>();
        all.forEach(one -> counts.merge(one.viewerId(), 1, Integer::sum));
        Map<String, String> same = new HashMap<>();
        List<Exposure> exposures = new ArrayList<>(2 * all.size());
        for (EarlierExposure one : all) {
            Content content = byId.get(one.contentId());
            double share = (one.position() + .5) / counts.get(one.viewerId());
            int actions = Exposure.bit(Action.SEEN)
                    | (one.longView() ? Exposure.bit(Action.LONG_VIEW) : 0)
                    | (one.like() ? Exposure.bit(Action.LIKE) : 0);
            exposures.add(new Exposure(
                    -1 - exposures.size(),
                    same.computeIfAbsent(one.viewerId(), id -> id),
                    content.getId(),
                    content.getAuthorId(),
                    null,
                    LOG_BEGINS.toEpochMilli() - (long) ((1 - share) * EARLIER_MILLIS),
                    null,
                    actions,
                    0));
        }
        return exposures;
    }

    /**
     * The same exposures with each whole outcome (all that was done, and the time watched) given to another, drawn at
     * random: among the earlier exposures, and over the entire log. Nothing is left to learn but chance.
     */
    ExposureLog permuted(long seed) {
        Random random = new Random(seed);
        List<Exposure> permuted = new ArrayList<>(exposures);
        int log = 0;
        while (log < permuted.size() && permuted.get(log).isEarlier()) {
            log++;
        }
        permute(permuted.subList(0, log), random);
        permute(permuted.subList(log, permuted.size()), random);
        return new ExposureLog(contents, permuted);
    }

    private static void permute(List<Exposure> exposures, Random random) {
        List<Exposure> outcomes = new ArrayList<>(exposures);
        Collections.shuffle(outcomes, random);
        for (int i = 0; i < outcomes.size(); i++) {
            exposures.set(i, exposures.get(i).withOutcomeOf(outcomes.get(i)));
        }
    }

    /** Without those of this day and later. */
    ExposureLog until(LocalDate end) {
        return new ExposureLog(
                contents,
                exposures.stream().filter(exposure -> !exposure.isFrom(end)).toList());
    }
}
