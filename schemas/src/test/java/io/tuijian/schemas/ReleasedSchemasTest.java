package io.tuijian.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReleasedSchemasTest {
    static Stream<Topic<?>> topics() {
        return Topics.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void every_released_version_is_read_both_ways(Topic<?> topic) {
        Schema today = SpecificData.get().getSchema(topic.type());
        int versions = 0;
        for (int version = 1; ; version++) {
            Schema released = Topic.released(version, topic.type().getSimpleName());
            if (released == null) {
                break;
            }
            versions++;
            assertThat(compatibility(today, released))
                    .as("today reads version %s", version)
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            assertThat(compatibility(released, today))
                    .as("version %s reads today", version)
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
        assertThat(versions).as("released versions of %s", topic).isPositive();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void every_record_and_enum_is_documented_and_every_enum_can_meet_a_stranger(Topic<?> topic) {
        check(SpecificData.get().getSchema(topic.type()), new java.util.HashSet<>());
    }

    @Test
    void names_are_unique() {
        assertThat(Topics.ALL.stream().map(Topic::name)).doesNotHaveDuplicates();
    }

    private static void check(Schema schema, java.util.Set<Schema> seen) {
        if (!seen.add(schema)) {
            return;
        }
        switch (schema.getType()) {
            case RECORD -> {
                assertThat(schema.getDoc()).as("doc of %s", schema.getName()).isNotBlank();
                schema.getFields().forEach(field -> check(field.schema(), seen));
            }
            case ENUM -> {
                assertThat(schema.getDoc()).as("doc of %s", schema.getName()).isNotBlank();
                assertThat(schema.getEnumDefault())
                        .as("default of %s", schema.getName())
                        .isNotNull();
            }
            case ARRAY -> check(schema.getElementType(), seen);
            case MAP -> check(schema.getValueType(), seen);
            case UNION -> schema.getTypes().forEach(part -> check(part, seen));
            case FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }
}
