package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The jobs count every record of a population: none would become a dead letter. */
class PopulationValidityTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    @Test
    void every_record_of_its_log_can_be_encoded_and_passes_the_rules_of_ingestion() throws Topic.Undecodable {
        Population population = Population.of(3, PopulationSize.SMALL);
        int records = 0;
        for (Event event : population.log(Policy.popularity(0.2), 3_000, NOW)) {
            records++;
            if (event instanceof Event.Did did) {
                var read = Topics.ENGAGEMENTS.decode(Topics.ENGAGEMENTS.encode(did.engagement()));
                assertThat(read).isEqualTo(did.engagement());
                assertThat(Validity.of(read, NOW)).isNull();
            } else if (event instanceof Event.Shown shown) {
                var read = Topics.SERVED.decode(Topics.SERVED.encode(shown.served()));
                assertThat(read).isEqualTo(shown.served());
                assertThat(Validity.of(read, NOW)).isNull();
            } else if (event instanceof Event.Published published) {
                var read = Topics.CONTENTS.decode(Topics.CONTENTS.encode(published.content()));
                assertThat(Validity.of(read, NOW)).isNull();
            } else if (event instanceof Event.Related related) {
                var read = Topics.RELATIONS.decode(Topics.RELATIONS.encode(related.relation()));
                assertThat(read).isEqualTo(related.relation());
            }
        }
        assertThat(records).isGreaterThan(30_000);
    }
}
