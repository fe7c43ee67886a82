package io.tuijian.launcher;

import io.tuijian.models.Registry;
import io.tuijian.models.retrieval.RetrievalModel;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Run one part against Kafka, Flink and Elasticsearch clusters.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<part>")
final class RunCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            name = "vectors",
            description =
                    "Publish the vectors of contents that the registry wants in the index, and promote a version once"
                            + " 99.9 % of the live contents have theirs.",
            mixinStandardHelpOptions = true)
    int vectors(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            required = true,
                            description = "Where everything is; docs/jobs.properties shows all keys.")
                    Path file,
            @Option(
                            names = "--registry",
                            paramLabel = "FOLDER",
                            description = "Folder of the registry (default: .tuijian/registry).")
                    Path registry,
            @Option(
                            names = "--promote",
                            paramLabel = "VERSION",
                            description = "Give this version a field, and promote it when its vectors are there.")
                    String version)
            throws InterruptedException {
        new RunVectors(
                        ClusterConfig.of(file),
                        new Registry(registry == null ? Home.here().registry() : registry),
                        RetrievalModel::read,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run(version);
        return 0;
    }

    @Command(
            name = "jobs",
            description = "Run the Flink jobs, in a Flink cluster or in this process.",
            mixinStandardHelpOptions = true)
    int jobs(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            required = true,
                            description = "Where everything is; docs/jobs.properties shows all keys.")
                    Path file)
            throws InterruptedException {
        ClusterConfig config = ClusterConfig.of(file);
        config.requireForJobs();
        RunJobs run = new RunJobs(
                config,
                Home.here(),
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
        run.prepare();
        if (config.flinkAddress().isPresent()) {
            run.submit(config.flinkAddress().get());
        } else {
            run.here();
        }
        return 0;
    }

    @Command(
            name = "trainer",
            description = "Learn from the examples as they come, and publish and promote versions.",
            mixinStandardHelpOptions = true)
    int trainer(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            required = true,
                            description = "Where everything is; docs/jobs.properties shows all keys.")
                    Path file)
            throws InterruptedException {
        ClusterConfig config = ClusterConfig.of(file);
        RunTrainer run = new RunTrainer(
                config,
                Home.here(),
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
        run.prepare();
        run.here();
        return 0;
    }

    @Command(name = "api", description = "Run the feed API; TERM ends it.", mixinStandardHelpOptions = true)
    int api(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            required = true,
                            description = "Where everything is; docs/jobs.properties shows all keys.")
                    Path file)
            throws InterruptedException {
        new RunApi(
                        ClusterConfig.of(file),
                        Home.here(),
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run();
        return 0;
    }
}
