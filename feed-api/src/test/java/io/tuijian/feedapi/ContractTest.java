package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContractTest {
    @Test
    void every_example_is_as_its_schema_says() {
        assertThat(Contract.PUBLISHED.ofExamples()).isEmpty();
    }
}
