package io.tuijian.launcher;

import io.tuijian.launcher.replay.ActionWords;
import io.tuijian.launcher.replay.Archive;
import io.tuijian.launcher.replay.CsvLog;
import io.tuijian.launcher.replay.Events;
import io.tuijian.launcher.replay.Newest;
import io.tuijian.launcher.replay.Tempo;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topics;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = "Send a log into Kafka: a CSV file with a header, or an archive; launcher/REPLAY.md tells more.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    private static final int MOST_LINES = 100;

    @Option(
            names = "--log",
            paramLabel = "FILE|FOLDER",
            required = true,
            description = "A CSV file with the columns viewer, content, action and time, or the folder of an archive.")
    private Path log;

    @Option(
            names = "--speed",
            paramLabel = "N",
            description = "N times as fast as it happened (default: as fast as it goes).")
    private Double speed;

    @Option(
            names = "--actions",
            paramLabel = "MAP|FILE",
            defaultValue = "",
            description = "What the log's words for actions mean: click=OPEN,buy=PURCHASE,scroll=ignore,"
                    + " or a file with a pair per line.")
    private String actions;

    @Option(
            names = "--name",
            description = "What engagement ids begin with, so that a log counts once (default: the name of the file).")
    private String name;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Where Kafka is, as for run jobs (default: the demo that runs from this checkout).")
    private Path config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (speed != null && !(speed > 0)) {
            throw new ParameterException(spec.commandLine(), "--speed must be more than 0, not " + speed + ".");
        }
        if (name != null && !name.matches("[A-Za-z0-9._-]{1,60}")) {
            throw new ParameterException(
                    spec.commandLine(), "--name is made of at most 60 letters, digits, dots, dashes, underscores.");
        }
        ActionWords words;
        try {
            words = Files.isRegularFile(Path.of(actions))
                    ? ActionWords.read(Path.of(actions))
                    : ActionWords.of(actions);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--actions: " + e.getMessage(), e);
        }
        if (!Files.exists(log)) {
            throw new Failure("There is no log " + log + ".");
        }
        Archive archive = Files.isDirectory(log) ? Archive.in(log) : null;
        if (Files.isDirectory(log) && archive == null) {
            throw new Failure("The folder " + log + " is no archive: it has no folder engagements, contents, …");
        }
        String bootstrapServers = ClusterConfig.running(config, Home.here()).bootstrapServers();
        int partitions = Servers.requireTopic(bootstrapServers, Topics.RELATIONS.name());
        Tempo tempo = new Tempo(speed == null ? Double.POSITIVE_INFINITY : speed);
        Replay replay = new Replay(bootstrapServers, partitions, tempo);
        try {
            if (archive != null) {
                replay.of(archive);
            } else {
                csv(replay, words);
            }
        } catch (CsvLog.Unusable | UncheckedIOException e) {
            throw new Failure(e.getMessage(), e);
        }
        spec.commandLine().getOut().println("Sent " + replay.summary() + ".");
        return 0;
    }

    private void csv(Replay replay, ActionWords words) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        long[] told = {0};
        CsvLog.Counts counts = replay.of(
                new CsvLog(log, words, Clock.systemUTC().instant()), name == null ? nameOf(log) : name, bad -> {
                    if (++told[0] <= MOST_LINES) {
                        err.println(log.getFileName() + " line " + bad.line() + ": " + bad.reason());
                    } else if (told[0] == MOST_LINES + 1) {
                        err.println("Further rows like these are only counted.");
                    }
                });
        if (counts.bad() > 0 || counts.ignored() > 0) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%,d rows used, %,d ignored, %,d could not be used.%n",
                            counts.used(),
                            counts.ignored(),
                            counts.bad());
        }
        if (counts.used() == 0 && counts.bad() > 0) {
            throw new Failure("No row of " + log + " could be used.");
        }
    }

    /** The file's name up to its first dot, as far as it fits into an id. */
    static String nameOf(Path file) {
        String plain = file.getFileName().toString().replaceAll("\\..*$", "").replaceAll("[^A-Za-z0-9_-]", "-");
        return plain.isEmpty() ? "log" : plain.substring(0, Math.min(60, plain.length()));
    }

    /** Sends to Kafka and counts what it sent. */
    static final class Replay {
        private final String bootstrapServers;
        private final int partitions;
        private final Tempo tempo;
        private final Map<String, Long> sent = new TreeMap<>();

        Replay(String bootstrapServers, int partitions, Tempo tempo) {
            this.bootstrapServers = bootstrapServers;
            this.partitions = partitions;
            this.tempo = tempo;
        }

        CsvLog.Counts of(CsvLog log, String name, java.util.function.Consumer<CsvLog.Bad> bad) {
            Events events = new Events(name);
            TopicReader.each(bootstrapServers, Topics.CONTENTS, events::known);
            try (Import kafka = new Import(bootstrapServers, partitions)) {
                return log.read(
                        row -> {
                            tempo.await(row.at());
                            Events.Of all = events.of(row);
                            if (all.content() != null) {
                                content(kafka, all.content());
                            }
                            all.engagements().forEach(one -> engagement(kafka, one));
                            if (all.relation() != null) {
                                relation(kafka, all.relation());
                            }
                        },
                        bad);
            }
        }

        void of(Archive archive) {
            Newest<Content> contents = Newest.contents();
            TopicReader.each(bootstrapServers, Topics.CONTENTS, contents::held);
            Newest<Relation> relations = Newest.relations();
            TopicReader.each(bootstrapServers, Topics.RELATIONS, relations::held);
            try (Import kafka = new Import(bootstrapServers, partitions)) {
                archive.read(contents, relations, new Archive.Sink() {
                    @Override
                    public void content(Content content) {
                        Replay.this.content(kafka, content);
                    }

                    @Override
                    public void relation(Relation relation) {
                        Replay.this.relation(kafka, relation);
                    }

                    @Override
                    public void served(Served served) {
                        tempo.await(served.getAt());
                        kafka.write(Topics.SERVED, served.getViewerId(), served);
                        count("pages");
                    }

                    @Override
                    public void engagement(Engagement engagement) {
                        tempo.await(engagement.getAt());
                        Replay.this.engagement(kafka, engagement);
                    }
                });
            }
        }

        private void content(Import kafka, Content content) {
            kafka.write(Topics.CONTENTS, content.getId(), content);
            count("contents");
        }

        private void relation(Import kafka, Relation relation) {
            kafka.write(relation);
            count("relations");
        }

        private void engagement(Import kafka, Engagement engagement) {
            kafka.write(Topics.ENGAGEMENTS, engagement.getViewerId(), engagement);
            count("engagements");
        }

        private void count(String what) {
            sent.merge(what, 1L, Long::sum);
        }

        /** {@code 12 contents, 345 engagements}. */
        String summary() {
            return sent.isEmpty()
                    ? "nothing"
                    : String.join(
                            ", ",
                            sent.entrySet().stream()
                                    .map(entry ->
                                            String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                                    .toList());
        }
    }
}
