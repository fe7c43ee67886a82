package io.tuijian.launcher;

import io.tuijian.models.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "retrain",
        description =
                "Train the ranking model, and promote it if the gate allows: for schedulers. Status 3: it did not.",
        mixinStandardHelpOptions = true)
final class RetrainCommand implements Callable<Integer> {
    private static final int REFUSED = 3;

    @Option(
            names = "--from",
            paramLabel = "FOLDER",
            description = "A generation of example files by day, or a folder with the KuaiRand log"
                    + " (default: data/kuairand-pure).")
    private Path from;

    @Option(
            names = "--registry",
            paramLabel = "FOLDER",
            description = "Folder of the registry (default: .tuijian/registry).")
    private Path registry;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Home home = Home.here();
        RankerFromFiles ranker = new RankerFromFiles(
                from == null ? home.kuaiRand() : from,
                registry == null ? home.registry() : registry,
                Settings.USUAL,
                spec.commandLine().getOut());
        return ranker.train(true, Instant.now()) ? 0 : REFUSED;
    }
}
