package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 409, 413, 418, 429, 500, 503})
    void every_error_is_a_whole_problem(int status) {
        assertThat(Problem.of(status, "What happened.").body("/v1/feed/for-you"))
                .containsOnlyKeys("type", "title", "status", "detail", "instance")
                .containsEntry("status", status)
                .containsEntry("detail", "What happened.")
                .containsEntry("instance", "/v1/feed/for-you")
                .allSatisfy((key, value) -> assertThat(value.toString()).isNotBlank());
    }

    @Test
    void a_problem_carries_no_stack() {
        assertThat(Problem.notFound("Nothing here.").getStackTrace()).isEmpty();
    }
}
