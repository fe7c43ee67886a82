package io.tuijian.models;

import io.tuijian.models.DataProfile.Day;
import io.tuijian.schemas.Action;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rules of the gate about the rows themselves, so that a bad day is named rather than felt: each day is held against the
 * other days of the window and against those of the version before. What has nothing to be compared with is kept.
 */
final class DataChecks {
    /** A whole day with less than this part of the usual rows lost some. */
    private static final double FEWEST = .6;

    /** How much rarer or more frequent an action may become from the usual to one day. */
    private static final double RATE = 2;

    /** Fewer positives than this say little about a rate. */
    private static final double TELLING_POSITIVES = 50;

    /** Popularity orders a day at least this part as far above a coin as usual. */
    private static final double ORDER = .5;

    private static final double COIN = .5;

    /** Days with fewer rows than this are not asked what varies on them. */
    private static final int TELLING_ROWS = 200;

    private final DataProfile profile;
    private final List<Day> reference;

    private DataChecks(DataProfile profile, List<Day> reference) {
        this.profile = profile;
        this.reference = reference;
    }

    /** @param before of the version that was trained last from the same source, if there is one; not looked at by one anew */
    static List<Verdict.Check> of(DataProfile profile, Optional<DataProfile> before) {
        List<Day> reference = before.filter(other -> !profile.anew())
                .filter(other -> other.source().equals(profile.source()))
                .map(other -> List.copyOf(other.days().values()))
                .orElse(List.of());
        DataChecks checks = new DataChecks(profile, reference);
        return List.of(checks.complete(), checks.rates(), checks.order(), checks.varying());
    }

    private Verdict.Check complete() {
        List<String> broken = new ArrayList<>();
        LocalDate last = LocalDate.parse(profile.days().lastKey());
        for (LocalDate day = LocalDate.parse(profile.days().firstKey()); day.isBefore(last); day = day.plusDays(1)) {
            if (!profile.days().containsKey(day.toString())) {
                broken.add(day + " has no rows");
            }
        }
        profile.days().forEach((date, day) -> {
            double usual = usual(day, Day::whole, Day::rows);
            if (day.whole() && day.rows() < FEWEST * usual) {
                broken.add(words("%s has %,d rows, usual are %,.0f", date, day.rows(), usual));
            }
        });
        return check("DataComplete", broken, "no day lacks rows");
    }

    private Verdict.Check rates() {
        List<String> broken = new ArrayList<>();
        for (Action action : Heads.ALL) {
            profile.days().forEach((date, day) -> {
                double usual = usual(day, other -> other.rates().containsKey(action), other -> other.rates()
                        .get(action));
                double rate = day.rates().get(action);
                double most = day.rows() * Math.max(rate, usual);
                if (most >= TELLING_POSITIVES && (rate > RATE * usual || rate < usual / RATE)) {
                    broken.add(words(
                            "%s on %s: %.2f %% of rows, usual are %.2f %%", action, date, 100 * rate, 100 * usual));
                }
            });
        }
        return check("LabelsAsFrequent", broken, "every action as frequent as on other days");
    }

    private Verdict.Check order() {
        List<String> broken = new ArrayList<>();
        profile.days().forEach((date, day) -> {
            double usual = usual(day, other -> !Double.isNaN(other.order().middle()), other -> other.order()
                    .middle());
            boolean compared = !Double.isNaN(usual) && usual > 0;
            if (compared ? day.order().high() < ORDER * usual : day.order().high() < 0) {
                broken.add(words(
                        "%s: popularity's GAUC is %.3f [%.3f, %.3f], usual is %.3f",
                        date,
                        COIN + day.order().middle(),
                        COIN + day.order().low(),
                        COIN + day.order().high(),
                        COIN + usual));
            }
        });
        if (!broken.isEmpty()) {
            broken.add("have labels got to other rows?");
        }
        return check("LabelsFollowPopularity", broken, "popularity orders every day as well as others");
    }

    private Verdict.Check varying() {
        List<String> broken = new ArrayList<>();
        profile.days().forEach((date, day) -> {
            if (day.rows() < TELLING_ROWS) {
                return;
            }
            Collection<Day> beside = profile.days().values();
            for (String name : day.constants()) {
                if (variesOnAll(name, beside, day) || variesOnAll(name, reference, day)) {
                    broken.add(name + " has one value on " + date);
                }
            }
        });
        return check("FeaturesVary", broken, "no feature is stuck that varies on other days");
    }

    /** On all of at least two days but this one, that are of the same part of their window. */
    private static boolean variesOnAll(String name, Collection<Day> days, Day but) {
        List<Day> compared = days.stream()
                .filter(day -> day != but && day.judges() == but.judges() && day.rows() >= TELLING_ROWS)
                .toList();
        return compared.size() >= 2
                && compared.stream().noneMatch(day -> day.constants().contains(name));
    }

    private Stream<Day> others(Day day) {
        Collection<Day> own = profile.days().values();
        return Stream.concat(own.stream().filter(other -> other != day), reference.stream());
    }

    /** The median over the other days; NaN without any. Those of the version before count as much as those beside it. */
    private double usual(Day day, Predicate<Day> counts, ToDoubleFunction<Day> value) {
        double[] sorted = others(day).filter(counts).mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private static Verdict.Check check(String rule, List<String> broken, String kept) {
        return new Verdict.Check(rule, broken.isEmpty(), broken.isEmpty() ? kept : several(broken));
    }

    private static String several(List<String> broken) {
        int told = 4;
        String first = broken.stream().limit(told).collect(Collectors.joining("; "));
        return broken.size() <= told ? first : first + "; and " + (broken.size() - told) + " more";
    }

    private static String words(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
