package io.tuijian.launcher.bench;

import picocli.CommandLine.Command;

@Command(
        name = "bench",
        description = "Measure, each beside its own floor or peer in the same run.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<bench>",
        subcommands = {
            IngestBench.class,
            FreshnessBench.class,
            StoreBench.class,
            ScoreBench.class,
            TrainBench.class,
            FeedBench.class,
            ReachBench.class,
            QualityBench.class
        })
public final class BenchCommand {}
