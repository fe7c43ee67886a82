package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ContractTest {
    private final ObjectNode page;

    ContractTest() throws IOException {
        page = (ObjectNode) new ObjectMapper().readTree("""
                        {"feedId": "f1", "nextCursor": null, "degraded": [], "items": [{
                            "position": 0, "source": "fresh", "why": [{"code": "new-content", "text": "New"}],
                            "content": {"id": "c1", "kind": "POST", "authorId": "a1", "topics": [], "text": "hello",
                                "createdAt": "2026-11-21T12:00:00Z", "visibility": "PUBLIC", "sponsored": false,
                                "provenance": "REAL"}}]}
                        """);
    }

    @Test
    void every_example_is_as_its_schema_says() {
        assertThat(Contract.PUBLISHED.ofExamples()).isEmpty();
    }

    @Test
    void what_is_described_is_right() {
        assertThat(Contract.PUBLISHED.against("Page", page)).isEmpty();
    }

    @Test
    void what_is_not_described_is_wrong_however_deep() {
        page.withObject("/items/0/content").put("secret", 1);
        assertThat(Contract.PUBLISHED.against("Page", page))
                .anySatisfy(error -> assertThat(error).contains("secret"));
    }

    @Test
    void what_is_missing_of_another_type_or_no_time_is_wrong() {
        page.remove("feedId");
        page.withObject("/items/0").put("position", "0");
        page.withObject("/items/0/content").put("createdAt", "noon");
        assertThat(Contract.PUBLISHED.against("Page", page)).hasSizeGreaterThanOrEqualTo(3);
    }
}
