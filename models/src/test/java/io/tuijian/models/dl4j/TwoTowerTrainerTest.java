package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.ViewerState;
import io.tuijian.models.Artifact;
import io.tuijian.models.Registry;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.retrieval.Catalogue;
import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.Popularity;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import io.tuijian.models.retrieval.Split;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoTowerTrainerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final int CONTENTS = 40;
    private static final RetrievalSettings QUICK =
            new RetrievalSettings(3, 16, 20, 64, 1000, .02, .2, .1, 0, .2, false, 6);

    @TempDir
    private Path folder;

    @Test
    void whatFollowsWhatIsLearnedAndBeatsPopularity() {
        Split split = Split.lastOut(walks(200, 1));
        RetrievalEvaluation judge = new RetrievalEvaluation(split, 1);
        RetrievalEvaluation.Found learned =
                judge.of(trained(split.known(), QUICK).over(split.known().catalogue()));
        RetrievalEvaluation.Found popular = judge.of(new Popularity(split.known()));
        assertThat(learned.ahead(popular, "ndcg@5", 1).low()).isGreaterThan(.3);
    }

    @Test
    void drawingSomeCandidatesLearnsThatToo() {
        Split split = Split.lastOut(walks(200, 2));
        RetrievalSettings few = new RetrievalSettings(3, 16, 20, 32, 30, .02, .2, .1, 0, .2, false, 8);
        RetrievalEvaluation judge = new RetrievalEvaluation(split, 1);
        assertThat(judge.of(trained(split.known(), few).over(split.known().catalogue()))
                        .ahead(judge.of(new Popularity(split.known())), "ndcg@5", 1)
                        .low())
                .isGreaterThan(.3);
    }

    @Test
    void withoutOrderWhatBelongsTogetherIsLearned() {
        Random random = new Random(5);
        int[][] sets = new int[300][];
        for (int viewer = 0; viewer < sets.length; viewer++) {
            int group = random.nextInt(5);
            sets[viewer] = random.ints(8, 0, CONTENTS / 5)
                    .map(item -> item * 5 + group)
                    .distinct()
                    .toArray();
        }
        Split split = Split.partOut(new Histories(Catalogue.of(contents()), sets, false), 1);
        RetrievalSettings settings = new RetrievalSettings(3, 16, 100, 64, 1000, .02, .5, .1, 0, .2, true, 40);
        RetrievalEvaluation judge = new RetrievalEvaluation(split, 1);
        assertThat(judge.of(trained(split.known(), settings).over(split.known().catalogue()))
                        .ahead(judge.of(new Popularity(split.known())), "recall@10", 1)
                        .low())
                .isGreaterThan(.3);
    }

    @Test
    void theSameHistoriesAndSettingsGiveTheSameVectors() {
        Histories histories = walks(60, 3);
        List<Content> contents = contents();
        float[] once = trained(histories, QUICK).contentVector(contents.get(7));
        assertThat(trained(histories, QUICK).contentVector(contents.get(7))).isEqualTo(once);
    }

    @Test
    void whoHasNoHistoryIsOfferedWhatIsPopular() {
        Random random = new Random(4);
        int[][] histories = new int[400][];
        for (int viewer = 0; viewer < histories.length; viewer++) {
            histories[viewer] = IntStream.range(0, 6)
                    .map(i -> Math.min(random.nextInt(CONTENTS), random.nextInt(CONTENTS)))
                    .distinct()
                    .toArray();
        }
        RetrievalModel model = trained(new Histories(Catalogue.of(contents()), histories, true), QUICK);
        float[] nobody = model.viewerVector(List.of());
        float[] stranger = model.viewerVector(List.of(recent("c-unheard", "a-unheard", "t-unheard", Action.LIKE)));
        List<Content> contents = contents();
        assertThat(mean(model, nobody, contents.subList(0, 10)))
                .isGreaterThan(mean(model, nobody, contents.subList(CONTENTS - 10, CONTENTS)) + .5f);
        assertThat(stranger).hasSameSizeAs(nobody);
        assertThat(finite(stranger)).isTrue();
    }

    @Test
    void aNewContentIsFoundByItsAuthorAndTopics() {
        RetrievalModel model = trained(walks(200, 1), QUICK);
        Content fresh = content("c-new", 3);
        assertThat(model.knows("c-new")).isFalse();
        List<ViewerState.Recent> before = List.of(recent("c2", "a2", "t2", Action.LONG_VIEW));
        float[] viewer = model.viewerVector(before);
        assertThat(dot(viewer, model.contentVector(fresh)))
                .isGreaterThan(dot(viewer, model.contentVector(content("c-other", 8))));
    }

    @Test
    void hiddenContentsAndRepeatsDoNotMakeTheViewer() {
        RetrievalModel model = trained(walks(60, 1), QUICK);
        ViewerState.Recent liked = recent("c2", "a2", "t2", Action.LIKE);
        assertThat(model.viewerVector(List.of(recent("c9", "a9", "t4", Action.HIDE), liked, liked)))
                .isEqualTo(model.viewerVector(List.of(liked)));
    }

    @Test
    void servingRanksAsTheEvaluationDid() {
        RetrievalModel model = trained(walks(60, 1), QUICK);
        List<Content> contents = contents();
        float[] scores = new float[CONTENTS];
        model.over(Catalogue.of(contents)).score(new int[] {4, 2}, scores);
        float[] viewer = model.viewerVector(List.of(of(contents.get(2)), of(contents.get(4))));
        for (int item = 0; item < CONTENTS; item++) {
            assertThat(dot(viewer, model.contentVector(contents.get(item)))).isCloseTo(scores[item], within(1e-4f));
        }
    }

    @Test
    void whatIsWrittenIsReadAndDamageIsSeen() throws Exception {
        RetrievalModel model = trained(walks(60, 1), QUICK);
        Registry registry = new Registry(folder);
        Registry.Draft draft = registry.draft(RetrievalModel.NAME, NOW);
        model.write(draft.artifact());
        Artifact published = draft.publish();
        RetrievalModel read = RetrievalModel.read(published);
        assertThat(read.version()).isEqualTo(published.version());
        assertThat(read.contentVector(contents().get(3)))
                .isEqualTo(model.contentVector(contents().get(3)));
        assertThat(read.viewerVector(List.of(recent("c2", "a2", "t2", Action.LIKE))))
                .isEqualTo(model.viewerVector(List.of(recent("c2", "a2", "t2", Action.LIKE))));
        byte[] bytes = Files.readAllBytes(published.modelFile());
        Files.write(published.modelFile(), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> RetrievalModel.read(published)).isInstanceOf(UnusableArtifact.class);
    }

    @Test
    void aHandfulOfEngagementsIsEnoughToEndWell() {
        RetrievalTuning tuning = new RetrievalTuning(1, Duration.ofMinutes(1), line -> {});
        int[][] few = {{0, 1}, {1}, {}, {2, 0, 1}};
        for (boolean ordered : new boolean[] {true, false}) {
            RetrievalModel model = tuning.tune(new Histories(Catalogue.of(contents()), few, ordered))
                    .model();
            assertThat(finite(model.contentVector(contents().get(1)))).isTrue();
        }
        Histories none = new Histories(Catalogue.of(contents()), new int[][] {{0}, {}}, true);
        assertThatThrownBy(() -> tuning.tune(none)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RetrievalModel trained(Histories histories, RetrievalSettings settings) {
        TwoTowerTrainer trainer = new TwoTowerTrainer(histories, settings);
        for (int round = 0; round < settings.rounds(); round++) {
            trainer.round(share -> {});
        }
        return trainer.model("unpublished");
    }

    /** Viewers who mostly go on to the next content. */
    private static Histories walks(int viewers, long seed) {
        Random random = new Random(seed);
        int[][] histories = new int[viewers][];
        for (int viewer = 0; viewer < viewers; viewer++) {
            int at = random.nextInt(CONTENTS);
            histories[viewer] = new int[12];
            for (int i = 0; i < 12; i++) {
                histories[viewer][i] = at;
                at = random.nextInt(10) == 0 ? random.nextInt(CONTENTS) : (at + 1) % CONTENTS;
            }
        }
        return new Histories(Catalogue.of(contents()), histories, true);
    }

    private static List<Content> contents() {
        List<Content> contents = new ArrayList<>();
        for (int item = 0; item < CONTENTS; item++) {
            contents.add(content("c" + item, item));
        }
        return contents;
    }

    private static Content content(String id, int like) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId("a" + like)
                .setKind(ContentKind.POST)
                .setCreatedAt(NOW)
                .setText("")
                .setTopics(List.of("t" + like % 5, "t5"))
                .build();
    }

    private static ViewerState.Recent of(Content content) {
        return new ViewerState.Recent(
                "e", content.getId(), content.getAuthorId(), content.getKind(), content.getTopics(), Action.LIKE, 0, 0);
    }

    private static ViewerState.Recent recent(String id, String author, String topic, Action action) {
        return new ViewerState.Recent("e", id, author, ContentKind.POST, List.of(topic, "t5"), action, 0, 0);
    }

    private static float mean(RetrievalModel model, float[] viewer, List<Content> contents) {
        return (float) contents.stream()
                .mapToDouble(content -> dot(viewer, model.contentVector(content)))
                .average()
                .orElseThrow();
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static boolean finite(float[] vector) {
        return IntStream.range(0, vector.length).allMatch(i -> Float.isFinite(vector[i]));
    }
}
