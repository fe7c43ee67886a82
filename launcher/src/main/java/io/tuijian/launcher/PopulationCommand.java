package io.tuijian.launcher;

import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.KafkaRecords;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationLog;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.schemas.Topics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "population",
        description = "Write the log of a simulated population into Kafka, or only count what it holds.",
        mixinStandardHelpOptions = true)
final class PopulationCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 20;

    /** Where the pages of the log come from. */
    private enum Pages {
        RANDOM,
        POPULARITY,
        ORACLE
    }

    @Option(names = "--viewers", defaultValue = "10000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int viewers;

    @Option(names = "--authors", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int authors;

    @Option(names = "--contents", defaultValue = "20000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int contents;

    @Option(names = "--days", defaultValue = "7", description = "That the log covers (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--pages", defaultValue = "50000", description = "Of ten contents (default: ${DEFAULT-VALUE}).")
    private long pages;

    @Option(names = "--seed", defaultValue = "1", description = "Of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--policy",
            defaultValue = "POPULARITY",
            description = "Who chooses the pages: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Pages policy;

    @Option(
            names = "--until",
            description = "The end of the log, for instance 2026-11-21T06:00:00Z (default: the last full minute).")
    private Instant until;

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Where to write it; the topics must exist.")
    private String kafka;

    @Spec
    private CommandSpec spec;

    private long published;
    private long related;
    private long shown;
    private long did;

    @Override
    public Integer call() {
        check("--viewers", viewers, 1_000_000);
        check("--authors", authors, 100_000);
        check("--contents", contents, 1_000_000);
        check("--days", days, 365);
        check("--pages", pages, 1_000_000_000L);
        Instant end = until == null ? Instant.ofEpochSecond(Instant.now().getEpochSecond() / 60 * 60) : until;
        long began = System.nanoTime();
        Population population = Population.of(seed, new PopulationSize(viewers, authors, contents, days));
        PopulationLog log = population.log(chosen(), pages, end);
        double built = Steps.seconds(began);
        began = System.nanoTime();
        if (kafka == null) {
            log.forEach(this::count);
        } else {
            int partitions = partitions();
            try (Import to = new Import(kafka, partitions)) {
                Consumer<Event> write = event -> to.send(KafkaRecords.of(event, partitions));
                log.forEach(write.andThen(this::count));
            }
        }
        double seconds = Steps.seconds(began);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%,d viewers, %,d authors and %,d contents in %.1f s.%n",
                viewers,
                authors,
                contents,
                built);
        out.printf(
                Locale.ROOT,
                "%,d pages, %,d engagements, %,d relations and %,d publications %s in %.1f s: %,.0f events/s.%n",
                shown,
                did,
                related,
                published,
                kafka == null ? "counted" : "written",
                seconds,
                (shown + did + related + published) / seconds);
        out.flush();
        return 0;
    }

    private void check(String option, long value, long most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be from 1 to " + most + ", not " + value + ".");
        }
    }

    private Policy chosen() {
        return switch (policy) {
            case RANDOM -> Policy.random();
            case POPULARITY -> Policy.popularity(0.1);
            case ORACLE -> Policy.oracle();
        };
    }

    private void count(Event event) {
        if (event instanceof Event.Did) {
            did++;
        } else if (event instanceof Event.Shown) {
            shown++;
        } else if (event instanceof Event.Related) {
            related++;
        } else {
            published++;
        }
    }

    /** Of the topic {@code relations}; also finds out whether anybody answers. */
    private int partitions() {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_SECONDS * 500))) {
            var topics = admin.describeTopics(
                            Topics.ALL.stream().map(topic -> topic.name()).toList())
                    .allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return topics.get(Topics.RELATIONS.name()).partitions().size();
        } catch (ExecutionException | TimeoutException | org.apache.kafka.common.KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new Failure("Kafka at " + kafka + " cannot be written: " + cause.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Stopped.", e);
        }
    }
}
