package io.tuijian.feedapi;

import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Viewers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What may be told of the viewers of an author: each day by itself is made an {@link AudienceTable}, then days are added up,
 * so that an answer about a range tells no more than its days do.
 */
final class AudienceGroups {
    /** A table of the same day that this one differs from by fewer people tells of these, too: such a day is not told. */
    private static final double MARGIN = 0.1;

    /** One group of one day. People are not told: who changes groups within a day would be what the sum of groups has too many. */
    record Part(long at, String key, long seen) {}

    /**
     * @param shown by day, then the most seen first
     * @param hiddenGroups of each day, added up
     * @param hiddenSeen by viewers of these
     */
    record Told(List<Part> shown, long hiddenGroups, long hiddenSeen) {
        /** By key over all days, the most seen first. */
        List<ReachAnswer.Group> groups() {
            Map<String, Long> sums = new TreeMap<>();
            shown.forEach(part -> sums.merge(part.key, part.seen, Long::sum));
            return sums.entrySet().stream()
                    .map(one -> ReachAnswer.Group.seen(one.getKey(), one.getValue()))
                    .sorted(ReachAnswer.Group.MOST_SEEN_FIRST)
                    .toList();
        }
    }

    /**
     * One day of an author.
     *
     * @param seen by everyone
     */
    record Day(long at, long seen, Audience audience) {}

    private record Group(String key, long seen, Viewers viewers) {}

    private AudienceGroups() {}

    static Told told(List<Day> days, ReachQuestion.By by) {
        List<Part> shown = new ArrayList<>();
        long hiddenGroups = 0;
        long hiddenSeen = 0;
        for (Day day : days) {
            AudienceTable<Group> table = table(day, by);
            for (Group group : table.shown()) {
                shown.add(new Part(day.at, group.key, group.seen));
            }
            for (Group group : table.hidden()) {
                hiddenGroups++;
                hiddenSeen += group.seen;
            }
        }
        return new Told(List.copyOf(shown), hiddenGroups, hiddenSeen);
    }

    private static AudienceTable<Group> table(Day day, ReachQuestion.By by) {
        List<AudienceTable<Group>> others = new ArrayList<>();
        for (ReachQuestion.By attribute :
                List.of(ReachQuestion.By.CITY, ReachQuestion.By.RELATION, ReachQuestion.By.VIEWERS)) {
            AudienceTable<Group> alone = alone(day, attribute);
            AudienceTable<Group> table =
                    others.stream().anyMatch(other -> nearlySame(alone, other)) ? alone.allHidden() : alone;
            if (attribute == by) {
                return table;
            }
            others.add(table);
        }
        throw new IllegalArgumentException(by + " is no attribute of viewers");
    }

    private static AudienceTable<Group> alone(Day day, ReachQuestion.By attribute) {
        Map<String, Audience.Group> groups =
                switch (attribute) {
                    case CITY -> day.audience.cities();
                    case RELATION -> day.audience.relations();
                    case VIEWERS -> day.audience.viewers();
                    case NOTHING, CONTENT, SURFACE, SOURCE, KIND, TOUCHPOINT ->
                        throw new IllegalArgumentException(attribute + " is no attribute of viewers");
                };
        List<Group> all = new ArrayList<>();
        long rest = day.seen;
        for (Map.Entry<String, Audience.Group> group : groups.entrySet()) {
            all.add(new Group(
                    group.getKey(), group.getValue().seen(), group.getValue().viewers()));
            rest -= group.getValue().seen();
        }
        if (rest != 0) { // written by two hands, a second apart
            all.add(new Group("", rest, Viewers.NONE));
        }
        return AudienceTable.of(all, AudienceGroups::people, Comparator.comparing(Group::key));
    }

    private static long people(List<Group> groups) {
        return union(groups).count();
    }

    private static Viewers union(List<Group> groups) {
        return groups.stream().map(Group::viewers).reduce(Viewers.NONE, Viewers::plus);
    }

    /** True if a group of the one and a group of the other are the same people but for a few, so that their difference would tell of these. */
    private static boolean nearlySame(AudienceTable<Group> one, AudienceTable<Group> other) {
        return told(one).stream().anyMatch(some -> told(other).stream().anyMatch(others -> {
            long together = some.viewers.plus(others.viewers).count();
            long apart = 2 * together - some.viewers.count() - others.viewers.count();
            return apart == 0
                    ? some.seen != others.seen // a sketch may not tell a few people more or less
                    : apart < AudienceTable.LEAST + (together > Viewers.EXACT ? MARGIN * together : 0);
        }));
    }

    /** The people of each group that is told of, and of what is left. */
    private static List<Group> told(AudienceTable<Group> table) {
        List<Group> told = new ArrayList<>(table.shown());
        if (!table.shown().isEmpty() && !table.hidden().isEmpty()) {
            long seen = table.hidden().stream().mapToLong(Group::seen).sum();
            told.add(new Group("", seen, union(table.hidden())));
        }
        return told;
    }
}
