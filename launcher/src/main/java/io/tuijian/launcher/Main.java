package io.tuijian.launcher;

import io.tuijian.embedded.EmbeddedStartException;
import io.tuijian.embedded.JobFailedException;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.launcher.bench.BenchCommand;
import io.tuijian.launcher.evaluate.EvaluateCommand;
import io.tuijian.launcher.world.DamagedData;
import io.tuijian.models.UnknownVersion;
import io.tuijian.models.UnusableArtifact;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line, {@code ./tuijian <verb>}. What fails says so in one line and ends with a status other than 0. */
@Command(
        name = "./tuijian",
        description = "Tuijian 推荐: a feed that learns.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "<verb>",
        subcommands = {
            DemoCommand.class,
            TokenCommand.class,
            ModelsCommand.class,
            TrainCommand.class,
            RetrainCommand.class,
            NotebookCommand.class,
            PopulationCommand.class,
            BenchCommand.class,
            RunCommand.class,
            DeadLettersCommand.class,
            ReplayCommand.class,
            EvaluateCommand.class
        })
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] args) {
        int status = 1;
        try {
            status = commandLine().execute(args);
        } catch (Throwable e) {
            LOG.error("failed", e);
            System.err.println(sentence(e));
        } finally {
            System.exit(status); // Kafka's threads are not daemons
        }
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            LOG.error("{} failed", command.getCommandName(), e);
            command.getErr().println(command.getColorScheme().errorText(sentence(e)));
            return 1;
        });
        line.setParameterExceptionHandler((e, args) -> {
            CommandLine command = e.getCommandLine();
            command.getErr().println(command.getColorScheme().errorText(oneLine(e.getMessage())));
            command.getErr().println("Try " + command.getCommandSpec().qualifiedName() + " --help.");
            return 2;
        });
        return line;
    }

    /** What to tell the user: the message of a failure we know, else where the rest can be read. */
    private static String sentence(Throwable e) {
        boolean known = e instanceof Failure
                || e instanceof EmbeddedStartException
                || e instanceof JobFailedException
                || e instanceof FeedApi.CannotStart
                || e instanceof DamagedData
                || e instanceof UnknownVersion
                || e instanceof UnusableArtifact;
        return known
                ? oneLine(e.getMessage())
                : "Something unexpected happened (" + oneLine(e.toString()) + "); the log has more: "
                        + System.getProperty("tuijian.log", ".tuijian/tuijian.log");
    }

    private static String oneLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("").strip();
    }

    /** The version of this build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"Tuijian " + (version == null ? "in development" : version)};
        }
    }
}
