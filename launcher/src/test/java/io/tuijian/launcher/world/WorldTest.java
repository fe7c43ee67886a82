package io.tuijian.launcher.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final long SEED = 7;

    private static KuaiRand log;
    private static List<Content> real;
    private static World world;

    @BeforeAll
    static void generate() {
        log = new KuaiRand(KuaiRandTest.FOLDER).endingAt(NOW);
        real = log.contents();
        world = World.generate(log, SEED, NOW);
    }

    @Test
    void theSameSeedGivesTheSameWorldAndAnotherSeedAnotherOne() {
        World again = World.generate(log, SEED, NOW);
        World other = World.generate(log, SEED + 1, NOW);

        assertThat(again.contents().equals(world.contents())).isTrue();
        assertThat(again.relations().equals(world.relations())).isTrue();
        assertThat(again.kols()).isEqualTo(world.kols());
        assertThat(again.viewers()).isEqualTo(world.viewers());
        assertThat(again.cityOf("v1")).isEqualTo(world.cityOf("v1"));
        assertThat(other.contents().equals(world.contents())).isFalse();
        assertThat(other.relations().equals(world.relations())).isFalse();
    }

    @Test
    void everyTopicOfTheLogIsNamedDifferentlyInThreeLanguages() {
        assertThat(world.topics().stream().map(World.Topic::id).collect(Collectors.toSet()))
                .isEqualTo(real.stream()
                        .flatMap(video -> video.getTopics().stream())
                        .collect(Collectors.toSet()));
        for (String language : List.of("en", "zh", "fr")) {
            assertThat(world.topics())
                    .extracting(topic -> topic.names().get(language))
                    .doesNotContainNull()
                    .doesNotHaveDuplicates()
                    .allSatisfy(name -> assertThat(name).isNotBlank());
        }
    }

    @Test
    void realVideosGetWordsAndKeepEverythingElse() {
        for (int i = 0; i < real.size(); i++) {
            Content video = world.contents().get(i);
            Content bare = Content.newBuilder(video)
                    .setText("")
                    .setAuthorName(null)
                    .setCity(null)
                    .setLanguage("zh")
                    .setVersion(0)
                    .build();
            assertThat(bare.equals(real.get(i))).as(video.getId()).isTrue();
        }
    }

    @Test
    void everyContentHasATextAndAnIdOfItsOwn() {
        assertThat(world.contents())
                .extracting(Content::getId)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(real.size() + 1_000);
        assertThat(world.contents()).allSatisfy(content -> {
            assertThat(content.getText()).isNotBlank().doesNotContain("{", "}", "|");
            assertThat(content.getText().codePointCount(0, content.getText().length()))
                    .isLessThanOrEqualTo(10_000);
            assertThat(content.getAuthorName()).isNotBlank();
            assertThat(content.getCity()).isNotBlank();
            assertThat(content.getLanguage()).isIn("zh", "en", "fr");
            assertThat(content.getVisibility()).isEqualTo(Visibility.PUBLIC);
        });
    }

    @Test
    void titlesRarelyRepeatAndNamesNever() {
        assertThat(distinct(Content::getText)).isGreaterThan(world.contents().size() * 99 / 100);
        assertThat(distinct(Content::getAuthorName)).isEqualTo(6_510);
        assertThat(distinct(Content::getCity)).isBetween(20, 30);
    }

    @Test
    void generatedContentsSayThatTheyAreGeneratedAndAreOfTheLastTwoWeeks() {
        List<Content> generated = generated();

        assertThat(generated).allSatisfy(content -> {
            assertThat(content.getProvenance()).isEqualTo(Provenance.GENERATED);
            assertThat(content.getKind()).isIn(ContentKind.POST, ContentKind.SHOP_ITEM);
            assertThat(content.getCreatedAt()).isBetween(NOW.minus(Duration.ofDays(14)), NOW);
            assertThat(content.getTopics()).hasSize(1);
        });
        assertThat(generated.stream().filter(content -> content.getKind() == ContentKind.SHOP_ITEM))
                .allSatisfy(item -> {
                    assertThat(item.getItem().getPriceMinor()).isPositive();
                    assertThat(item.getItem().getCurrency()).isEqualTo("CNY");
                    assertThat(item.getItem().getStock()).isPositive();
                    assertThat(item.getItem().getShopId()).matches("s\\d+");
                    assertThat(item.getItem().getCommissionRate()).isBetween(0.0, 1.0);
                });
    }

    @Test
    void showcaseKolsAreRealAuthorsWhoPublishAndSell() {
        Set<String> authors = real.stream().map(Content::getAuthorId).collect(Collectors.toSet());

        assertThat(world.kols()).hasSize(30).extracting(World.Kol::name).doesNotHaveDuplicates();
        assertThat(world.kols()).allSatisfy(kol -> {
            assertThat(authors).contains(kol.authorId());
            assertThat(kol.bio()).isNotBlank();
            assertThat(kol.topics()).isNotEmpty();
            List<Content> own = generated().stream()
                    .filter(content -> content.getAuthorId().equals(kol.authorId()))
                    .toList();
            assertThat(own).filteredOn(it -> it.getKind() == ContentKind.POST).hasSizeGreaterThanOrEqualTo(10);
            assertThat(own)
                    .filteredOn(it -> it.getKind() == ContentKind.SHOP_ITEM)
                    .hasSizeGreaterThanOrEqualTo(6);
            assertThat(own).allSatisfy(content -> {
                assertThat(content.getAuthorName()).isEqualTo(kol.name());
                assertThat(kol.topics()).containsAll(content.getTopics());
            });
        });
    }

    @Test
    void showcaseViewersAreInTheLogAndFollowSeveralKols() {
        Set<String> kols = world.kols().stream().map(World.Kol::authorId).collect(Collectors.toSet());

        assertThat(world.viewers()).hasSize(8);
        assertThat(world.viewers()).extracting(World.ShowcaseViewer::id).startsWith("v12408", "v12708");
        assertThat(world.viewers()).extracting(World.ShowcaseViewer::name).doesNotHaveDuplicates();
        assertThat(world.viewers()).extracting(World.ShowcaseViewer::line).doesNotHaveDuplicates();
        Set<String> logged = Tastes.of(log).byViewer().keySet();
        assertThat(world.viewers()).allSatisfy(viewer -> {
            assertThat(logged).contains(viewer.id());
            assertThat(world.relations())
                    .filteredOn(relation -> relation.getFrom().equals(viewer.id()) && kols.contains(relation.getTo()))
                    .hasSizeGreaterThanOrEqualTo(5);
        });
    }

    @Test
    void everyViewerFollowsSomeoneAndFollowsOfTheLogStayReal() {
        List<Relation> follows = relations(RelationKind.FOLLOW);
        Set<String> authors = real.stream().map(Content::getAuthorId).collect(Collectors.toSet());

        assertThat(world.relations()).hasSizeLessThanOrEqualTo(60_000);
        assertThat(world.relations().stream().map(Keys::of).distinct())
                .hasSize(world.relations().size());
        assertThat(follows.stream().map(Relation::getFrom).distinct()).hasSize(25_156);
        assertThat(follows)
                .filteredOn(it -> it.getProvenance() == Provenance.REAL)
                .hasSize(287);
        assertThat(follows.stream().map(Relation::getTo).filter(to -> !authors.contains(to)))
                .isEmpty();
        assertThat(world.relations().stream().filter(it -> it.getAt().isAfter(NOW)))
                .isEmpty();
    }

    @Test
    void friendsAreMutual() {
        List<Relation> friends = relations(RelationKind.FRIEND);
        Set<String> pairs = new HashSet<>();
        friends.forEach(friend -> pairs.add(friend.getFrom() + " " + friend.getTo()));

        assertThat(friends).isNotEmpty();
        assertThat(friends).allSatisfy(friend -> {
            assertThat(friend.getProvenance()).isEqualTo(Provenance.GENERATED);
            assertThat(friend.getFrom()).isNotEqualTo(friend.getTo());
            assertThat(pairs).contains(friend.getTo() + " " + friend.getFrom());
        });
    }

    @Test
    void everyTopicHasWordsInEveryLanguage() {
        Words words = Words.read();
        for (World.Topic topic : words.topics()) {
            assertThat(words.waresByTopic()).containsKey(topic.id());
            words.phrases().forEach((language, phrases) -> assertThat(
                            phrases.one(new Chance(SEED, language), topic.id(), "thing", Map.of()))
                    .isNotBlank());
        }
    }

    private static List<Content> generated() {
        return world.contents().subList(real.size(), world.contents().size());
    }

    private static List<Relation> relations(RelationKind kind) {
        return world.relations().stream()
                .filter(relation -> relation.getKind() == kind)
                .toList();
    }

    private static int distinct(Function<Content, String> of) {
        return (int) world.contents().stream().map(of).distinct().count();
    }
}
