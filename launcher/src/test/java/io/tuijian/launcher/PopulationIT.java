package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.features.ViewerState;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationClient;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.launcher.world.World;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Provenance;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The population against the whole demo, as its audience. */
@Tag("demo")
class PopulationIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Test
    void viewers_scroll_and_kols_publish_and_what_they_do_is_counted() {
        RunningDemo demo = RunningDemo.get();
        World world = demo.demo.world();
        Population population = Population.of(
                7,
                new PopulationSize(5, 1, 1, 1),
                world.topics().stream().map(World.Topic::id).toList());
        List<String> published = new ArrayList<>();
        PopulationClient.Settings manners =
                new PopulationClient.Settings(URI.create(demo.url()), 10, 2, 5, Duration.ofMillis(500));
        KolDrafts drafts = new KolDrafts(world);
        PopulationClient.Counts counts;
        try (PopulationClient client = new PopulationClient(population, manners, drafts::apply, Clock.systemUTC())) {
            client.start();
            await().atMost(DEADLINE)
                    .until(() ->
                            client.counts().accepted() > 200 && client.counts().publications() > 4);
            client.close();
            counts = client.counts();
        }
        assertThat(counts.rejected()).isZero();
        assertThat(counts.errors()).isZero();
        assertThat(counts.pages()).isGreaterThan(10);
        await().atMost(DEADLINE)
                .until(() -> population.viewers().stream()
                                .map(viewer -> demo.demo.api().store().viewer(viewer.id()))
                                .mapToDouble(PopulationIT::looks)
                                .sum()
                        > 50);
        String kol = world.kols().get(0).authorId();
        demo.demo.api().store().inMemory().contents().forEach(content -> {
            if (content.getAuthorId().equals(kol) && !content.getId().matches("c\\d{1,7}")) {
                assertThat(content.getProvenance()).isEqualTo(Provenance.GENERATED);
                published.add(content.getText());
            }
        });
        assertThat(published).isNotEmpty().allMatch(text -> !text.contains("{"));
        JsonNode reach = demo.author(kol).get("/v1/authors/" + kol + "/reach").body();
        assertThat(reach.path("authorId").asText()).isEqualTo(kol);
    }

    private static double looks(ViewerState viewer) {
        return viewer.counts().always(Action.SEEN);
    }
}
