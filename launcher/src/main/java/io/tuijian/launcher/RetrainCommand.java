package io.tuijian.launcher;

import io.tuijian.launcher.RankerFromFiles.Aim;
import io.tuijian.models.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "retrain",
        description =
                "Train the ranking model on a window of rows, and promote it if the gate allows: for schedulers. The same"
                        + " rows again train nothing. Status 3: the gate refused it; 4: a rollback pinned another.",
        mixinStandardHelpOptions = true)
final class RetrainCommand implements Callable<Integer> {
    private static final int REFUSED = 3;
    private static final int PINNED = 4;

    @Option(
            names = "--from",
            paramLabel = "FOLDER",
            description = "A generation of example files by day, or a folder with the KuaiRand log"
                    + " (default: data/kuairand-pure).")
    private Path from;

    @Option(
            names = "--days",
            defaultValue = "0",
            description = "Only the newest so many days (default: all; the newest million rows in any case).")
    private int days;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = Moment.class,
            description = "Only what was known before this moment, like 2026-11-01T00:00:00Z.")
    private Instant until;

    @Option(
            names = "--anew",
            description = "Compare the days of the window with each other alone, not with those of the version before:"
                    + " after a change that is known and meant.")
    private boolean anew;

    @Option(
            names = "--registry",
            paramLabel = "FOLDER",
            description = "Folder of the registry (default: .tuijian/registry).")
    private Path registry;

    @Spec
    private CommandSpec spec;

    /** As the help says it. */
    static final class Moment implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a moment like 2026-11-01T00:00:00Z");
            }
        }
    }

    @Override
    public Integer call() {
        if (days < 0) {
            throw new ParameterException(spec.commandLine(), "--days must be 0 or more.");
        }
        Home home = Home.here();
        RankerFromFiles ranker = new RankerFromFiles(
                from == null ? home.kuaiRand() : from,
                new RankerFromFiles.Window(days, until == null ? Instant.MAX : until),
                registry == null ? home.registry() : registry,
                Settings.USUAL,
                spec.commandLine().getOut());
        return switch (ranker.train(anew ? Aim.PROMOTE_ANEW : Aim.PROMOTE, Clock.systemUTC())) {
            case ALLOWED -> 0;
            case REFUSED -> REFUSED;
            case PINNED -> PINNED;
        };
    }
}
