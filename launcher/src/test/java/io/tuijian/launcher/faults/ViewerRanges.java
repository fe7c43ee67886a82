package io.tuijian.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.Viewers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * How many different viewers documents say there were in ranges of them, added up as the product does, against who was
 * counted. A range is some days or hours in a row of an author, or of several contents.
 */
final class ViewerRanges {
    private static final int MOST_CONTENTS = 40;
    private static final double WITHIN = 0.011;
    private static final double SHARE = 0.95;

    private final Map<String, Set<String>> viewers;
    private final Map<String, JsonNode> documents;
    private final SplittableRandom random;
    private final List<Double> errors = new ArrayList<>();
    private int exact;
    private int most;

    /** @param viewers who saw it, by key of the document */
    ViewerRanges(Map<String, Set<String>> viewers, Map<String, JsonNode> documents, long seed) {
        this.viewers = viewers;
        this.documents = documents;
        this.random = new SplittableRandom(seed);
    }

    /** Checks each document by itself where few saw it, and so many ranges; what came out, as a line. */
    String check(int ranges) {
        viewers.forEach((key, seen) -> {
            if (seen.size() <= Viewers.EXACT) {
                same(List.of(key));
            }
        });
        for (String level : List.of("AUTHOR_HOUR", "AUTHOR_DAY", "CONTENT_HOUR", "CONTENT_DAY")) {
            List<List<String>> series = series(level);
            for (int i = 0; i < ranges; i++) {
                same(range(series, level.startsWith("AUTHOR") ? 1 : 1 + random.nextInt(MOST_CONTENTS)));
            }
        }
        double[] sorted = errors.stream().mapToDouble(Math::abs).sorted().toArray();
        long within = Arrays.stream(sorted).filter(error -> error <= WITHIN).count();
        if (sorted.length > 0) {
            assertThat(within / (double) sorted.length)
                    .as("ranges with more than %d viewers that are within %s", Viewers.EXACT, WITHIN)
                    .isGreaterThanOrEqualTo(SHARE);
        }
        return String.format(
                Locale.ROOT,
                "unique viewers: %,d documents and ranges of at most %d viewers are exact; %,d ranges of more, up to"
                        + " %,d: %.2f %% within 1.1 %%, 95 %% within %.2f %%, all within %.2f %%",
                exact,
                Viewers.EXACT,
                sorted.length,
                most,
                sorted.length == 0 ? 100 : 100.0 * within / sorted.length,
                sorted.length == 0 ? 0 : 100 * sorted[(int) (SHARE * (sorted.length - 1))],
                sorted.length == 0 ? 0 : 100 * sorted[sorted.length - 1]);
    }

    /** The keys of each author or content in the order of time. */
    private List<List<String>> series(String level) {
        Map<String, List<String>> series = viewers.keySet().stream()
                .filter(key -> key.startsWith(level + "|"))
                .sorted()
                .collect(Collectors.groupingBy(key -> key.substring(0, key.lastIndexOf('|'))));
        return series.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private List<String> range(List<List<String>> series, int many) {
        List<String> range = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            List<String> one = series.get(random.nextInt(series.size()));
            int from = random.nextInt(one.size());
            range.addAll(one.subList(from, from + 1 + random.nextInt(one.size() - from)));
        }
        return range;
    }

    private void same(List<String> keys) {
        Set<String> seen = new HashSet<>();
        Reach.Sum sum = new Reach.Sum();
        for (String key : keys) {
            seen.addAll(viewers.getOrDefault(key, Collections.emptySet()));
            sum.add(ReachDocuments.reach(documents.get(key)));
        }
        long estimate = sum.reach().viewers().count();
        if (seen.size() <= Viewers.EXACT) {
            assertThat(estimate).as("unique viewers of %s", keys).isEqualTo(seen.size());
            exact++;
        } else {
            errors.add(estimate / (double) seen.size() - 1);
            most = Math.max(most, seen.size());
        }
    }
}
