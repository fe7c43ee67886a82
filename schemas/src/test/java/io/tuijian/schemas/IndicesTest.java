package io.tuijian.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IndicesTest {
    @Test
    void each_field_for_vectors_is_in_the_mapping_with_its_version_and_length() {
        for (VectorField field : VectorField.values()) {
            if (field == VectorField.UNKNOWN) {
                continue;
            }
            assertThat(Indices.CONTENTS.body())
                    .contains("\"" + Indices.vector(field) + "\": {")
                    .contains("\"" + Indices.vectorVersion(field) + "\": {\"type\": \"keyword\"}")
                    .contains("\"dims\": " + Indices.VECTOR_DIMENSIONS + ",");
        }
    }
}
