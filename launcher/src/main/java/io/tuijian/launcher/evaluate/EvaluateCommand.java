package io.tuijian.launcher.evaluate;

import picocli.CommandLine.Command;

@Command(
        name = "evaluate",
        description = "Honest numbers on a data set, beside baselines.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<what>",
        subcommands = {EvaluateRanking.class, EvaluatePopulation.class, EvaluateRetrieval.class})
public final class EvaluateCommand {}
