package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Viewers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AudienceGroupsTest {
    private static final List<ReachQuestion.By> ATTRIBUTES =
            List.of(ReachQuestion.By.CITY, ReachQuestion.By.RELATION, ReachQuestion.By.VIEWERS);

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("tuijian.worlds", 100));
    }

    /** Who saw the author on one day, how often, and of which group they were then: by attribute, key and viewer. */
    private static final class TrueDay {
        private final long at;
        private final Map<ReachQuestion.By, Map<String, Map<String, Long>>> groups = new HashMap<>();
        private final Map<String, Long> everyone = new TreeMap<>();

        TrueDay(long at) {
            this.at = at;
            ATTRIBUTES.forEach(by -> groups.put(by, new TreeMap<>()));
        }

        void saw(String viewer, String city, String relation, String newness) {
            everyone.merge(viewer, 1L, Long::sum);
            Map.of(
                            ReachQuestion.By.CITY, city,
                            ReachQuestion.By.RELATION, relation,
                            ReachQuestion.By.VIEWERS, newness)
                    .forEach((by, key) -> groups.get(by)
                            .computeIfAbsent(key, any -> new TreeMap<>())
                            .merge(viewer, 1L, Long::sum));
        }

        long seen() {
            return sum(everyone);
        }

        AudienceGroups.Day day() {
            return new AudienceGroups.Day(
                    at,
                    seen(),
                    new Audience(
                            audience(ReachQuestion.By.CITY),
                            audience(ReachQuestion.By.RELATION),
                            audience(ReachQuestion.By.VIEWERS)));
        }

        private Map<String, Audience.Group> audience(ReachQuestion.By by) {
            Map<String, Audience.Group> audience = new TreeMap<>();
            groups.get(by).forEach((key, viewers) -> {
                Viewers all = Viewers.NONE;
                for (String viewer : viewers.keySet()) {
                    all = all.plus(viewer);
                }
                audience.put(key, new Audience.Group(sum(viewers), all));
            });
            return audience;
        }
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<TrueDay> world(long seed) {
        Random random = new Random(seed);
        int viewers = 10 + random.nextInt(140);
        int cities = 1 + random.nextInt(8);
        double follows = random.nextDouble();
        double moves = random.nextBoolean() ? 0 : .05;
        boolean followersReturn = random.nextBoolean(); // one attribute within the other
        Set<Integer> known = new HashSet<>();
        List<TrueDay> days = new ArrayList<>();
        for (int d = 0; d < 5; d++) {
            TrueDay day = new TrueDay(d * ReachCover.DAY);
            Set<Integer> before = Set.copyOf(known);
            double share = random.nextDouble();
            for (int v = 0; v < viewers; v++) {
                boolean follower = (v * 37 % 100) / 100.0 < follows;
                if (followersReturn && follower) {
                    known.add(v);
                }
                for (int time = 0; random.nextDouble() < share && time < 4; time++) {
                    int city = random.nextDouble() < moves
                            ? random.nextInt(cities)
                            : (int) (cities * Math.pow((v % 50) / 50.0, 2));
                    boolean returning = before.contains(v) || followersReturn && follower;
                    day.saw("v" + v, "city" + city, follower ? "follower" : "other", returning ? "returning" : "new");
                    known.add(v);
                }
            }
            days.add(day);
        }
        return days;
    }

    private static AudienceGroups.Told told(List<TrueDay> days, ReachQuestion.By by) {
        return AudienceGroups.told(days.stream().map(TrueDay::day).toList(), by);
    }

    private static Map<String, Long> seen(AudienceGroups.Told told) {
        return told.groups().stream()
                .collect(Collectors.toMap(ReachAnswer.Group::key, ReachAnswer.Group::seen, Long::sum, TreeMap::new));
    }

    /** Everything that can be got from answers is a sum of tables of days, so that it is enough to look at these. */
    @ParameterizedTest
    @MethodSource("seeds")
    void a_range_tells_no_more_than_its_days(long seed) {
        List<TrueDay> world = world(seed);
        for (ReachQuestion.By by : ATTRIBUTES) {
            for (int from = 0; from < world.size(); from++) {
                for (int to = from + 1; to <= world.size(); to++) {
                    List<TrueDay> range = world.subList(from, to);
                    Map<String, Long> sums = new TreeMap<>();
                    long hiddenGroups = 0;
                    long hiddenSeen = 0;
                    for (TrueDay day : range) {
                        AudienceGroups.Told alone = told(List.of(day), by);
                        seen(alone).forEach((key, seen) -> sums.merge(key, seen, Long::sum));
                        hiddenGroups += alone.hiddenGroups();
                        hiddenSeen += alone.hiddenSeen();
                    }
                    AudienceGroups.Told all = told(range, by);
                    assertThat(seen(all)).as("seed %d by %s", seed, by).isEqualTo(sums);
                    assertThat(all.hiddenGroups()).isEqualTo(hiddenGroups);
                    assertThat(all.hiddenSeen()).isEqualTo(hiddenSeen);
                }
            }
        }
    }

    /** Of two ranges, the longer less the shorter: of each group, and of what is left of the total. */
    @ParameterizedTest
    @MethodSource("seeds")
    void no_difference_of_two_answers_tells_of_a_group_under_20(long seed) {
        List<TrueDay> world = world(seed);
        for (ReachQuestion.By by : ATTRIBUTES) {
            for (int from = 0; from < world.size(); from++) {
                for (int to = from + 1; to <= world.size(); to++) {
                    for (int cut = from; cut < to; cut++) {
                        Map<String, Long> longer = seen(told(world.subList(from, to), by));
                        Map<String, Long> shorter = seen(told(world.subList(from, cut), by));
                        List<TrueDay> days = world.subList(cut, to);
                        Told truth = Told.of(days, by);
                        Map<String, Long> differences = new TreeMap<>();
                        longer.forEach((key, seen) -> differences.put(key, seen - shorter.getOrDefault(key, 0L)));
                        differences.values().removeIf(difference -> difference == 0);
                        assertThat(differences).as("seed %d by %s", seed, by).isEqualTo(truth.seen);
                        long rest = days.stream().mapToLong(TrueDay::seen).sum() - sum(differences);
                        assertThat(rest).isEqualTo(truth.restSeen);
                        assertThat(truth.smallestPeople)
                                .as("seed %d by %s", seed, by)
                                .isGreaterThanOrEqualTo(AudienceTable.LEAST);
                    }
                }
            }
        }
    }

    /**
     * What answers are really of: their sights, and the fewest people that any group of a day has, or what is left of
     * a day of which some group is told. What is left of a day of which none is told is its total, which is no secret.
     */
    private record Told(Map<String, Long> seen, long restSeen, int smallestPeople) {
        static Told of(List<TrueDay> days, ReachQuestion.By by) {
            Map<String, Long> seen = new TreeMap<>();
            long restSeen = 0;
            int smallest = Integer.MAX_VALUE;
            for (TrueDay day : days) {
                Set<String> shown = AudienceGroupsTest.seen(AudienceGroupsTest.told(List.of(day), by))
                        .keySet();
                Set<String> rest = new HashSet<>();
                for (Map.Entry<String, Map<String, Long>> group :
                        day.groups.get(by).entrySet()) {
                    if (shown.contains(group.getKey())) {
                        seen.merge(group.getKey(), sum(group.getValue()), Long::sum);
                        smallest = Math.min(smallest, group.getValue().size());
                    } else {
                        restSeen += sum(group.getValue());
                        rest.addAll(group.getValue().keySet());
                    }
                }
                if (!shown.isEmpty() && !rest.isEmpty()) {
                    smallest = Math.min(smallest, rest.size());
                }
            }
            return new Told(seen, restSeen, smallest);
        }
    }

    /** One group of one breakdown less one of another: of the same people but for fewer than twenty, it would be these. */
    @ParameterizedTest
    @MethodSource("seeds")
    void no_two_breakdowns_of_a_day_differ_by_a_group_under_20(long seed) {
        for (TrueDay day : world(seed)) {
            List<Set<String>> told = new ArrayList<>();
            for (ReachQuestion.By by : ATTRIBUTES) {
                Set<String> shown = seen(told(List.of(day), by)).keySet();
                Map<String, Map<String, Long>> groups = day.groups.get(by);
                List<Set<String>> mine = new ArrayList<>();
                shown.forEach(key -> mine.add(groups.get(key).keySet()));
                Set<String> hidden = new HashSet<>();
                groups.forEach((key, viewers) -> {
                    if (!shown.contains(key)) {
                        hidden.addAll(viewers.keySet());
                    }
                });
                if (!shown.isEmpty() && !hidden.isEmpty()) {
                    mine.add(hidden);
                }
                for (Set<String> some : mine) {
                    assertThat(some).as("seed %d by %s", seed, by).hasSizeGreaterThanOrEqualTo(AudienceTable.LEAST);
                    for (Set<String> others : told) {
                        Set<String> apart = new HashSet<>(some);
                        apart.removeAll(others);
                        others.stream().filter(one -> !some.contains(one)).forEach(apart::add);
                        assertThat(apart.size())
                                .as("seed %d by %s", seed, by)
                                .matches(size -> size == 0 || size >= AudienceTable.LEAST);
                    }
                }
                told.addAll(mine);
            }
        }
    }

    private static AudienceGroups.Told cities(int... people) {
        TrueDay day = new TrueDay(0);
        IntStream.range(0, people.length).forEach(city -> IntStream.range(0, people[city])
                .forEach(v -> day.saw("v" + city + "-" + v, "city" + city, "other", "new")));
        return told(List.of(day), ReachQuestion.By.CITY);
    }

    @Test
    void a_group_alone_under_20_takes_the_next_smallest_along() {
        assertThat(seen(cities(50, 30, 5)).keySet()).containsExactly("city0");
        assertThat(cities(50, 30, 5).hiddenGroups()).isEqualTo(2);
        assertThat(cities(50, 30, 5).hiddenSeen()).isEqualTo(35);
    }

    @Test
    void hidden_groups_that_are_enough_together_take_none_along() {
        assertThat(seen(cities(50, 30, 12, 9)).keySet()).containsExactly("city0", "city1");
        assertThat(seen(cities(50, 30, 5, 4)).keySet())
                .as("9 people are too few")
                .containsExactly("city0");
    }

    @Test
    void groups_of_20_are_told() {
        assertThat(seen(cities(20, 20)).keySet()).containsExactly("city0", "city1");
        assertThat(seen(cities(19, 40))).isEmpty();
        assertThat(seen(cities(19))).isEmpty();
        assertThat(seen(cities())).isEmpty();
    }

    @Test
    void people_of_many_sights_are_one() {
        TrueDay day = new TrueDay(0);
        IntStream.range(0, 100).forEach(i -> day.saw("v" + i % 10, "Lyon", "other", "new"));
        IntStream.range(0, 100).forEach(i -> day.saw("v" + i, "Paris", "other", "new"));
        assertThat(seen(told(List.of(day), ReachQuestion.By.CITY))).isEmpty();
    }

    @Test
    void what_is_in_no_group_is_a_group_too() {
        TrueDay day = new TrueDay(0);
        IntStream.range(0, 100).forEach(i -> day.saw("v" + i, "Paris", "other", "new"));
        AudienceGroups.Day torn = new AudienceGroups.Day(0, 101, day.day().audience());
        AudienceGroups.Told told = AudienceGroups.told(List.of(torn), ReachQuestion.By.CITY);
        assertThat(told.shown()).as("one more was seen than there are in Paris").isEmpty();
        assertThat(told.hiddenSeen()).isEqualTo(101);
    }
}
