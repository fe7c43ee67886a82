package io.tuijian.launcher;

import picocli.CommandLine.Command;

@Command(
        name = "train",
        description = "Train a model and publish it to the registry.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<model>",
        subcommands = {TrainRanker.class})
final class TrainCommand {}
