package io.tuijian.launcher.bench;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What numbers a bench may be given. */
final class Bounds {
    private Bounds() {}

    /** Ends the command with its usage unless the option's value lies between these, both included. */
    static void check(CommandSpec spec, String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), String.format(Locale.ROOT, "%s must be from %,d to %,d.", option, least, most));
        }
    }
}
