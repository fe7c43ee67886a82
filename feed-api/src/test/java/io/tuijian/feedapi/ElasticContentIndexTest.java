package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElasticContentIndexTest {
    @ParameterizedTest
    @CsvSource({
        "200, 0, false, true",
        "200, 1, false, false",
        "200, 0, true, false",
        "404, 0, false, false",
        "503, 2, false, false"
    })
    void an_answer_without_a_shard_or_cut_short_is_not_whole(int status, int failed, boolean late, boolean whole)
            throws IOException {
        String answer =
                "{\"status\": %d, \"timed_out\": %b, \"_shards\": {\"failed\": %d}}".formatted(status, late, failed);
        assertThat(ElasticContentIndex.whole(new ObjectMapper().readTree(answer)))
                .isEqualTo(whole);
    }
}
