package io.tuijian.launcher.population;

/**
 * How large a population is.
 *
 * @param contents published until the end of its log, of which about 60 % before the log begins
 * @param days that a log covers
 */
public record PopulationSize(int viewers, int authors, int contents, int days) {
    /** For a test: built in milliseconds. */
    public static final PopulationSize SMALL = new PopulationSize(300, 60, 1_500, 3);

    /** For an experiment. */
    public static final PopulationSize MEDIUM = new PopulationSize(10_000, 1_000, 20_000, 7);

    /** For a benchmark. */
    public static final PopulationSize LARGE = new PopulationSize(100_000, 10_000, 200_000, 14);

    public PopulationSize {
        if (viewers < 1 || authors < 1 || contents < 1 || days < 1) {
            throw new IllegalArgumentException("a population needs at least one viewer, author, content and day");
        }
    }
}
