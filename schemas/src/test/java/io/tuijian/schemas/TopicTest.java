package io.tuijian.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TopicTest {
    private static final Relation ALICE_FOLLOWS_BOB = Relation.newBuilder()
            .setFrom("v1")
            .setKind(RelationKind.FOLLOW)
            .setTo("a2")
            .setActive(true)
            .setAt(Instant.parse("2026-11-21T08:00:00Z"))
            .build();

    @Test
    void a_record_comes_back_as_it_was() throws Topic.Undecodable {
        byte[] bytes = Topics.RELATIONS.encode(ALICE_FOLLOWS_BOB);
        assertThat(Topics.RELATIONS.decode(bytes)).isEqualTo(ALICE_FOLLOWS_BOB);
        assertThat(bytes[0] & 0xff).as("single-object marker").isEqualTo(0xC3);
    }

    @Test
    void the_encoding_is_the_single_object_encoding_of_avro() throws Exception {
        byte[] bytes = Topics.RELATIONS.encode(ALICE_FOLLOWS_BOB);
        assertThat(Relation.getEncoder().encode(ALICE_FOLLOWS_BOB)).isEqualTo(java.nio.ByteBuffer.wrap(bytes));
        assertThat(Relation.getDecoder().decode(bytes)).isEqualTo(ALICE_FOLLOWS_BOB);
    }

    @Test
    void poison_is_named_and_never_read_as_a_record() {
        byte[] good = Topics.RELATIONS.encode(ALICE_FOLLOWS_BOB);
        byte[] cut = java.util.Arrays.copyOf(good, good.length - 5);
        for (byte[] poison : new byte[][] {{}, {1, 2, 3}, cut, "not avro at all".getBytes()}) {
            assertThatThrownBy(() -> Topics.RELATIONS.decode(poison))
                    .isInstanceOf(Topic.Undecodable.class)
                    .hasMessageContaining("not a Relation");
        }
        assertThatThrownBy(() -> Topics.RELATIONS.decode(null)).isInstanceOf(Topic.Undecodable.class);
    }

    @Test
    void a_record_of_another_topic_is_refused() {
        byte[] bytes = Topics.RELATIONS.encode(ALICE_FOLLOWS_BOB);
        assertThatThrownBy(() -> Topics.CONTENTS.decode(bytes)).isInstanceOf(Topic.Undecodable.class);
    }
}
