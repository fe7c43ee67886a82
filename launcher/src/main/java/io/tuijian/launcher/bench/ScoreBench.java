package io.tuijian.launcher.bench;

import ai.onnxruntime.OrtException;
import com.sun.management.ThreadMXBean;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.launcher.Failure;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Calibration;
import io.tuijian.models.Heads;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.dl4j.Trainer;
import io.tuijian.models.scoring.FastScorer;
import io.tuijian.models.scoring.OnnxFile;
import io.tuijian.models.scoring.Page;
import io.tuijian.models.scoring.WholeInput;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What scoring one page of 500 candidates costs on one thread: by the fast scorer, by ONNX Runtime with the same weights,
 * and by DL4J. All take the same pages, standardised and looked up before; features cost extra and alike. The sides take
 * turns, so that what else happens on the machine happens to all of them.
 */
@Command(
        name = "score",
        description = "Scoring 500 candidates: the fast scorer beside ONNX Runtime and DL4J.",
        mixinStandardHelpOptions = true)
final class ScoreBench implements Callable<Integer> {
    private static final int CANDIDATES = 500;
    private static final int PAGES = 16;
    private static final int TURN = 32;
    private static final int WARM = 40;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as one flat JSON object.")
    private Path json;

    @Option(names = "--data", paramLabel = "DIR", description = "KuaiRand-Pure (default: data/kuairand-pure).")
    private Path data;

    @Option(
            names = "--registry",
            paramLabel = "DIR",
            description = "Score with the ranker promoted there (default: train one now, for one epoch).")
    private Path registry;

    @Option(
            names = "--turns",
            defaultValue = "150",
            description = "Measured turns of 32 pages for each side (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--seed", defaultValue = "7", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Spec
    private CommandSpec spec;

    private Figures figures;

    /** One of those that are compared. */
    private interface Side {
        void score(int page) throws OrtException;
    }

    @Override
    public Integer call() throws IOException, OrtException {
        figures = new Figures(spec.commandLine().getOut());
        Weights promoted = registry == null ? null : promoted();
        Path root = Path.of(System.getProperty("tuijian.root", "."));
        KuaiRand log = new KuaiRand(data == null ? root.resolve("data/kuairand-pure") : data);
        List<Content> contents = log.contents();
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, contents);
        Instant end = log.lastTime();
        TrainingSet.Collector rows =
                new TrainingSet.Collector(replay.store(), RankerTraining.judgedFrom(log.firstTime(), end), 1_000_000);
        try (Stream<Impression> impressions = log.impressions()) {
            impressions.forEach(one -> replay.page(one.served(), one.engagements(), rows));
        }
        Weights weights = promoted == null ? trained(rows) : promoted;
        List<List<FeatureInput>> inputs = inputs(rows.set(), contents, replay.store(), end);
        FastScorer fast = new FastScorer("bench", weights);
        List<Page> pages = inputs.stream().map(fast::page).toList();
        describe(weights, pages);
        try (OnnxPeer plain = new OnnxPeer(weights, OnnxFile.Form.PLAIN, pages);
                OnnxPeer hoisted = new OnnxPeer(weights, OnnxFile.Form.HOISTED, pages);
                OnnxPeer folded = new OnnxPeer(weights, OnnxFile.Form.FOLDED, pages)) {
            EngagementNetwork dl4j = new EngagementNetwork("bench", weights);
            WholeInput whole = new WholeInput(weights);
            float[] x = new float[CANDIDATES * weights.layout().size()];
            agree(weights, fast, List.of(plain, hoisted, folded), dl4j, pages);
            Map<String, Side> sides = new LinkedHashMap<>();
            sides.put("", page -> fast.score(pages.get(page)));
            sides.put("onnx_", plain::score);
            sides.put("onnx_hoisted_", hoisted::score);
            sides.put("onnx_folded_", folded::score);
            sides.put("dl4j_", page -> {
                whole.write(pages.get(page), x);
                dl4j.logits(x, CANDIDATES);
            });
            measure(sides);
        }
        double best = Stream.of("onnx_p50_us", "onnx_hoisted_p50_us", "onnx_folded_p50_us")
                .mapToDouble(figures::number)
                .min()
                .orElseThrow();
        figures.put("onnx_best_p50_us", best);
        figures.ratio("ratio_onnx", "p50_us", "onnx_best_p50_us");
        figures.ratio("ratio_dl4j", "p50_us", "dl4j_p50_us");
        figures.put("allocated_bytes_per_page", allocated(() -> fast.score(pages.get(0))));
        whole(fast, inputs);
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private Weights promoted() {
        Registry there = new Registry(registry);
        Optional<Registry.Current> current = there.current(RankerTraining.MODEL);
        String version = current.map(Registry.Current::version)
                .orElseThrow(() -> new Failure("No ranker was promoted in " + registry + "."));
        if (version.equals(PopularityModel.VERSION)) {
            throw new Failure("Popularity is promoted in " + registry + ", which nothing is multiplied for.");
        }
        figures.put("model", version);
        return Weights.read(there.artifact(RankerTraining.MODEL, version));
    }

    private Weights trained(TrainingSet.Collector rows) {
        figures.put("model", "one epoch of the log");
        Settings usual = Settings.USUAL;
        Settings quick = new Settings(
                usual.seed(),
                usual.members(),
                1,
                usual.batch(),
                usual.hidden(),
                usual.learningRate(),
                usual.stopShare(),
                usual.minPositives(),
                usual.leftOut(),
                usual.tables());
        return Trainer.train(rows.set().earlier(), quick, (step, done) -> {}).weights();
    }

    /** Viewers of the log with a past, each with other contents of it, at its end. */
    private List<List<FeatureInput>> inputs(
            TrainingSet rows, List<Content> contents, InMemoryFeatureStore store, Instant end) {
        Random random = new Random(seed);
        List<List<FeatureInput>> inputs = new ArrayList<>();
        Context context = new Context(end, ZoneOffset.UTC, Surface.FOR_YOU, "bench", 0, null, null);
        while (inputs.size() < PAGES) {
            String viewer = rows.row(random.nextInt(rows.size())).viewerId();
            if (store.viewer(viewer).latest().size() >= TrainingSet.Row.RECENT) {
                List<String> ids = random.ints(0, contents.size())
                        .distinct()
                        .limit(CANDIDATES)
                        .mapToObj(at -> contents.get(at).getId())
                        .toList();
                inputs.add(store.load(viewer, ids, context).inputs());
            }
        }
        return inputs;
    }

    private void describe(Weights weights, List<Page> pages) {
        figures.put("candidates", CANDIDATES);
        figures.put(
                "layers",
                weights.layers().stream()
                        .map(layer -> layer.in() + "x" + layer.out())
                        .collect(Collectors.joining(" ")));
        figures.put("viewer_numbers", weights.layout().candidate());
        figures.put(
                "candidate_numbers", weights.layout().size() - weights.layout().candidate());
        figures.put("vector_width", weights.layout().width());
        figures.put("engagements", pages.get(0).engaged());
        figures.put(
                "openblas_coretype",
                Optional.ofNullable(System.getenv("OPENBLAS_CORETYPE")).orElse("its own choice"));
    }

    /** How far the sides are apart at most, over all pages and outputs. */
    private void agree(Weights weights, FastScorer fast, List<OnnxPeer> peers, EngagementNetwork dl4j, List<Page> pages)
            throws OrtException {
        WholeInput whole = new WholeInput(weights);
        int outputs = weights.outputs().size();
        float[] x = new float[CANDIDATES * weights.layout().size()];
        double fromOnnx = 0;
        double fromDl4j = 0;
        for (int number = 0; number < pages.size(); number++) {
            Page page = pages.get(number);
            float[] said = fast.score(page);
            whole.write(page, x);
            float[] logits = dl4j.logits(x, page.count());
            for (OnnxPeer peer : peers) {
                FloatBuffer answers = peer.score(number);
                for (int cell = 0; cell < said.length; cell++) {
                    int row = cell % page.count();
                    int output = cell / page.count();
                    fromOnnx = Math.max(fromOnnx, Math.abs(said[cell] - answers.get(row * outputs + output)));
                }
            }
            for (int cell = 0; cell < said.length; cell++) {
                int row = cell % page.count();
                int output = cell / page.count();
                ContentKind kind = ContentKind.values()[page.kinds()[row]];
                Calibration calibration = weights.calibration();
                double probability = Heads.applies(weights.outputs().get(output), kind)
                        ? calibration.probability(output, kind, logits[row * outputs + output])
                        : 0;
                fromDl4j = Math.max(fromDl4j, Math.abs(said[cell] - probability));
            }
        }
        figures.put("max_difference_onnx", fromOnnx);
        figures.put("max_difference_dl4j", fromDl4j);
    }

    private void measure(Map<String, Side> sides) throws OrtException {
        Map<String, long[]> nanos = new LinkedHashMap<>();
        sides.keySet().forEach(name -> nanos.put(name, new long[turns * TURN]));
        for (int turn = -WARM; turn < turns; turn++) {
            for (Map.Entry<String, Side> side : sides.entrySet()) {
                long[] mine = nanos.get(side.getKey());
                for (int i = 0; i < TURN; i++) {
                    long began = System.nanoTime();
                    side.getValue().score(i % PAGES);
                    long took = System.nanoTime() - began;
                    if (turn >= 0) {
                        mine[turn * TURN + i] = took;
                    }
                }
            }
        }
        nanos.forEach((name, mine) -> {
            Arrays.sort(mine);
            figures.put(name + "p50_us", micros(mine[mine.length / 2]));
            figures.put(name + "p99_us", micros(mine[mine.length * 99 / 100]));
        });
    }

    /** A whole answer as ranking asks for it: features, scores, and what is handed out. */
    private void whole(FastScorer fast, List<List<FeatureInput>> inputs) {
        long[] nanos = new long[turns * 4];
        for (int i = -nanos.length; i < nanos.length; i++) {
            long began = System.nanoTime();
            fast.predict(inputs.get(Math.floorMod(i, PAGES)));
            if (i >= 0) {
                nanos[i] = System.nanoTime() - began;
            }
        }
        Arrays.sort(nanos);
        figures.put("predict_p50_us", micros(nanos[nanos.length / 2]));
        long began = System.nanoTime();
        int times = turns * 4;
        for (int i = 0; i < times; i++) {
            fast.page(inputs.get(i % PAGES));
        }
        figures.put("features_and_gathering_us", micros((System.nanoTime() - began) / times));
    }

    private static long allocated(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 100; i++) {
            long before = threads.getThreadAllocatedBytes(self);
            call.run();
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    private static double micros(long nanos) {
        return Math.round(nanos / 100.0) / 10.0;
    }
}
