package io.tuijian.launcher;

import io.tuijian.models.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "ranker",
        description = "Train the ranking model on examples or on a log, judge it by later rows, publish it.",
        mixinStandardHelpOptions = true)
final class TrainRanker implements Callable<Integer> {
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

    @Option(names = "--seed", description = "The same rows and seed give the same model (default: the usual one).")
    private Long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Home home = Home.here();
        new RankerFromFiles(
                        from == null ? home.kuaiRand() : from,
                        RankerFromFiles.Window.ALL,
                        registry == null ? home.registry() : registry,
                        seed == null ? Settings.USUAL : Settings.USUAL.withSeed(seed),
                        spec.commandLine().getOut())
                .train(RankerFromFiles.Aim.PUBLISH, Clock.systemUTC());
        return 0;
    }
}
