package io.tuijian.launcher;

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
}
