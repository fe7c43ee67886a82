package io.tuijian.launcher;

import io.tuijian.launcher.replay.Archive;
import io.tuijian.launcher.replay.Newest;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Registry;
import io.tuijian.models.dl4j.RetrievalTraining;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "retrieval",
        description = "Learn which contents a viewer engages with next, from the demo's log or from an archive.",
        mixinStandardHelpOptions = true)
final class TrainRetrieval implements Callable<Integer> {
    private static final int MOST_ENGAGEMENTS = 5_000_000;

    @Option(
            names = "--archive",
            paramLabel = "FOLDER",
            description = "What ArchiveJob wrote (default: the log that the demo replays, with its own times).")
    private Path folder;

    @Option(
            names = "--registry",
            paramLabel = "FOLDER",
            description = "Folder of the registry (default: .tuijian/registry).")
    private Path registry;

    @Option(
            names = "--minutes",
            defaultValue = "24",
            description = "Training ends after so many minutes with what it has (default: ${DEFAULT-VALUE}).")
    private int minutes;

    @Option(names = "--seed", defaultValue = "17", description = "Of all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--minutes must be at least 1, not " + minutes + ".");
        }
        PrintWriter out = spec.commandLine().getOut();
        EngagementLog log = new EngagementLog(MOST_ENGAGEMENTS);
        if (folder == null) {
            demo(log);
        } else {
            archive(log);
        }
        RetrievalTraining.Trained trained;
        try {
            trained = RetrievalTraining.run(
                    log,
                    Clock.systemUTC().instant(),
                    new Registry(registry == null ? Home.here().registry() : registry),
                    seed,
                    Duration.ofMinutes(minutes),
                    line -> {
                        out.println("  " + line);
                        out.flush();
                    });
        } catch (IllegalArgumentException e) {
            throw new Failure(e.getMessage(), e);
        }
        out.print(trained.verdict().table());
        out.printf(
                Locale.ROOT,
                "retrieval %s: recall@20 %.4f, popularity %.4f; %s, %d s.%n",
                trained.version(),
                trained.metrics().get("retrieval.recall@20"),
                trained.metrics().get("popularity.recall@20"),
                trained.proposed()
                        ? "promoted once run vectors, or the demo, has its vectors in the index"
                        : "published, not promoted",
                trained.took().toSeconds());
        return 0;
    }

    private static void demo(EngagementLog log) {
        Path data = Home.here().kuaiRand();
        Preflight.data(data);
        KuaiRand raw = new KuaiRand(data);
        raw.contents().forEach(log::content);
        try (Stream<Impression> impressions = raw.impressions()) {
            impressions.forEach(one -> one.engagements().forEach(log::engagement));
        }
    }

    private void archive(EngagementLog log) {
        Archive archive = Files.isDirectory(folder) ? Archive.in(folder) : null;
        if (archive == null) {
            throw new Failure("The folder " + folder + " is no archive: it has no folder engagements, contents, …");
        }
        try {
            archive.read(Newest.contents(), Newest.relations(), new Archive.Sink() {
                @Override
                public void content(Content content) {
                    log.content(content);
                }

                @Override
                public void relation(Relation relation) {}

                @Override
                public void served(Served served) {}

                @Override
                public void engagement(Engagement engagement) {
                    log.engagement(engagement);
                }
            });
        } catch (UncheckedIOException e) {
            throw new Failure(e.getMessage(), e);
        }
    }
}
