package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Story;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Surface;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandInTest {
    private boolean broken;
    private final StandIn models = new StandIn(() -> new EngagementModel() {
        @Override
        public List<Prediction> predict(List<FeatureInput> inputs) {
            if (broken) {
                throw new IllegalStateException("NaN");
            }
            return List.of();
        }

        @Override
        public String version() {
            return "20261121-080000";
        }
    });

    private static List<FeatureInput> inputs() {
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        store.accept(Story.content("c-cat").by("a-bob").told());
        return store.load("v-alice", List.of("c-cat"), Story.context(Surface.FOR_YOU, Story.NOON))
                .inputs();
    }

    @Test
    void popularity_stands_in_for_a_model_that_fails_until_the_request_is_over() {
        assertThat(models.degraded()).isEmpty();
        EngagementModel model = models.get();
        broken = true;
        assertThat(model.predict(inputs()).get(0).probabilities())
                .isEqualTo(new PopularityModel().predict(inputs()).get(0).probabilities());
        assertThat(model.version()).isEqualTo(PopularityModel.VERSION);
        assertThat(models.degraded()).containsExactly("model");
        broken = false;
        assertThat(model.predict(inputs())).as("no page mixes versions").hasSize(1);
        EngagementModel next = models.get();
        assertThat(next.predict(inputs())).isEmpty();
        assertThat(next.version()).isEqualTo("20261121-080000");
        assertThat(models.degraded()).isEmpty();
    }
}
