package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureParity;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.replay.Backfill;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Artifact;
import io.tuijian.models.Prediction;
import io.tuijian.models.Progress;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.Learner;
import io.tuijian.models.dl4j.Trainer;
import io.tuijian.models.scoring.FastScorer;
import io.tuijian.schemas.Surface;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs with a module {@code features} that has one more line, and says a line for each place where the feature has come to.
 * Knows nothing of it but its name.
 */
final class OneLineProbe {
    private static final int IMPRESSIONS = 1_500;
    private static final Settings QUICK =
            new Settings(1, 1, 1, 256, List.of(8), .01, .15, 100, Set.of(), Settings.Tables.USUAL);

    private OneLineProbe() {}

    /** @param args the name of the feature, and a folder to work in */
    public static void main(String[] args) {
        try {
            probe(args[0], Path.of(args[1]));
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void probe(String name, Path folder) throws Exception {
        assertThat(FeatureSet.ALL.names()).contains(name);
        golden();
        KuaiRand raw = new KuaiRand(Path.of(System.getProperty("tuijian.root"), "data", "kuairand-pure"));
        List<Impression> impressions;
        try (Stream<Impression> all = raw.impressions()) {
            impressions = all.limit(IMPRESSIONS).toList();
        }
        Files.createDirectories(folder);
        try (StreamedLog log = StreamedLog.of(folder.resolve("stream"), raw.contents(), impressions)) {
            List<String> viewers = impressions.stream()
                    .map(one -> one.served().getViewerId())
                    .distinct()
                    .limit(50)
                    .toList();
            List<String> contents = impressions.stream()
                    .map(one -> one.served().getItems().get(0).getContentId())
                    .distinct()
                    .limit(100)
                    .toList();
            Instant end = impressions.get(IMPRESSIONS - 1).served().getAt().plusSeconds(3600);
            Context context = new Context(end, ZoneId.of("Asia/Shanghai"), Surface.FOR_YOU, "s", 0, null, null);
            FeatureReplay replay = Backfill.over(log.archive(), FeatureSet.ALL, null);
            FeatureParity.Compared compared =
                    FeatureParity.of(FeatureSet.ALL, log.store(), replay.store(), viewers, contents, context).stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst()
                            .orElseThrow();
            assertThat(compared.within(1e-6)).as("%s", compared).isTrue();
            assertThat(compared.distinct()).isGreaterThan(1);
            System.out.println("the stream gives it");

            TrainingSet rows = Backfill.rows(log.archive(), FeatureSet.ALL, Instant.MAX, IMPRESSIONS);
            assertThat(rows.names()).contains(name);
            System.out.println("training rows have it");

            Learner learner = Trainer.train(rows, QUICK, Progress.UNHEARD);
            Registry.Draft draft = new Registry(folder.resolve("registry")).draft("ranker", end);
            learner.write(draft.artifact());
            Artifact artifact = draft.publish();
            assertThat(artifact.usable().inputs().names()).contains(name);
            System.out.println("the artifact lists it");

            List<FeatureInput> inputs =
                    log.store().load(viewers.get(0), contents, context).inputs();
            int at = FeatureSet.ALL.names().indexOf(name);
            List<Prediction> served = FastScorer.read(artifact).predict(inputs);
            assertThat(served).hasSameSizeAs(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                assertThat(served.get(i).features().dense()[at])
                        .isEqualTo(FeatureSet.ALL.of(inputs.get(i)).dense()[at]);
            }
            System.out.println("the server's scorer computes it");
        }
    }

    /** Runs the test of the set, which was compiled with one more golden value. */
    private static void golden() throws Exception {
        Class<?> test = Class.forName("io.tuijian.features.FeatureSetTest");
        var constructor = test.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object it = constructor.newInstance();
        Method golden = method(test, "golden");
        Method meant = Stream.of(test.getDeclaredMethods())
                .filter(one -> one.getName().equals("a_formula_means_what_it_meant"))
                .findFirst()
                .orElseThrow();
        meant.setAccessible(true);
        for (Object one : ((Stream<?>) golden.invoke(null)).toList()) {
            meant.invoke(it, one);
        }
        method(test, "every_formula_has_exactly_one_golden_value").invoke(it);
        System.out.println("golden values hold");
        Method readme = method(test, "the_readme_lists_the_features_as_they_are");
        assertThatThrownBy(() -> readme.invoke(it)).isInstanceOf(InvocationTargetException.class);
        readme.invoke(it);
        System.out.println("the table is written");
    }

    private static Method method(Class<?> of, String name) throws NoSuchMethodException {
        Method method = of.getDeclaredMethod(name);
        method.setAccessible(true);
        return method;
    }
}
