package io.tuijian.launcher;

import picocli.CommandLine.Command;

@Command(
        name = "train",
        description = "Train a model, judge it and publish it in the registry.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<model>",
        subcommands = {TrainRanker.class, TrainRetrieval.class})
final class TrainCommand {}
