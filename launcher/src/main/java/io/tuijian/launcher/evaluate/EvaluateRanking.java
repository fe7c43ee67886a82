package io.tuijian.launcher.evaluate;

import io.tuijian.models.ByViewer;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.baselines.Baseline;
import io.tuijian.models.baselines.FactorisationMachine;
import io.tuijian.models.baselines.ItemNeighbours;
import io.tuijian.models.baselines.Popularity;
import io.tuijian.models.baselines.SequentialRules;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "ranking",
        description = "How well the ranking model orders each viewer's own exposures, beside simple baselines.",
        mixinStandardHelpOptions = true)
final class EvaluateRanking implements Callable<Integer> {
    @Option(names = "--data")
    Path data = Path.of("data/kuairand-pure");

    @Option(names = "--protocol")
    Protocol protocol = Protocol.STATIC;

    @Option(names = "--judged-from")
    LocalDate from = LocalDate.of(2022, 4, 29);

    @Option(names = "--until")
    LocalDate until = LocalDate.of(2022, 5, 9);

    @Option(names = "--seeds")
    int seeds = 1;

    @Option(names = "--surface", arity = "1")
    boolean surface = true;

    @Option(names = "--baselines", arity = "1")
    boolean baselines = true;

    @Spec
    private CommandSpec spec;

    public Integer call() {
        ZoneId china = ZoneId.of("Asia/Shanghai");
        long began = System.nanoTime();
        ExposureLog log = ExposureLog.read(data).until(until.atStartOfDay(china).toInstant());
        System.out.printf("read %d %.1f s%n", log.exposures().size(), (System.nanoTime() - began) / 1e9);
        Instant judgedFrom = from.atStartOfDay(china).toInstant();
        TrainingSet rows = ProtocolRows.of(log, protocol, judgedFrom);
        log = null;
        System.gc();
        System.out.printf(
                "rows %d %d %.1f s, %d MB%n",
                rows.earlier().size(),
                rows.later().size(),
                (System.nanoTime() - began) / 1e9,
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
        Contest contest = new Contest(surface ? rows : ProtocolRows.withoutSurface(rows), protocol);
        TrainingSet later = rows.later();
        if (baselines) {
            for (Baseline b : List.of(
                    new Popularity(),
                    new ItemNeighbours(),
                    new SequentialRules(),
                    FactorisationMachine.logisticRegression(1),
                    FactorisationMachine.of(1))) {
                show(b.name(), later, contest.baseline(b), began);
            }
        }
        for (String variant : System.getProperty("x.variants", "-").split(";")) {
            for (String setting : variant.split(",")) {
                String[] kv = setting.split("=");
                if (kv.length == 2) System.setProperty("x." + kv[0], kv[1]);
            }
            for (int s = 0; s < seeds; s++) {
                show(variant + "/" + s, later, contest.ranker(Contest.settings(17 + s)), began);
            }
        }
        return 0;
    }

    private void show(String name, TrainingSet later, float[] scores, long began) {
        ByViewer by = ByViewer.of(later, scores);
        System.out.printf(
                "%-30s gauc %.4f ndcg %.4f primary %.4f within %.4f  %.1f s%n",
                name,
                by.gauc(),
                by.ndcgAt5(),
                by.primary(),
                ByViewer.withinSurface(later, scores).gauc(),
                (System.nanoTime() - began) / 1e9);
    }
}
