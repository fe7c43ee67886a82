package io.tuijian.launcher.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of contents and relations the newest is handed over, in whatever order the files have them. */
class ArchiveTest {
    private static final Instant AT = Instant.parse("2026-05-08T12:00:00Z");

    @TempDir
    private Path folder;

    private final Newest<Content> heldContents = Newest.contents();
    private final Newest<Relation> heldRelations = Newest.relations();
    private final List<Content> contents = new ArrayList<>();
    private final List<Relation> relations = new ArrayList<>();

    private static Content content(String id, long version) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId("a1")
                .setKind(ContentKind.POST)
                .setCreatedAt(AT)
                .setText("")
                .setTopics(List.of())
                .setProvenance(Provenance.REAL)
                .setVersion(version)
                .build();
    }

    private static Relation block(String viewer, boolean active, int second) {
        return new Relation(
                viewer, RelationKind.BLOCK, "a1", active, AT.plusSeconds(second), null, Provenance.REAL, null);
    }

    @SafeVarargs
    private <T extends SpecificRecord> void file(Topic<T> topic, String place, T... records) throws IOException {
        Path file = folder.resolve(topic.name()).resolve(place);
        Files.createDirectories(file.getParent());
        try (DataFileWriter<T> writer = new DataFileWriter<>(new SpecificDatumWriter<>(topic.type()))) {
            writer.create(records[0].getSchema(), file.toFile());
            for (T record : records) {
                writer.append(record);
            }
        }
    }

    private void read() {
        Archive.in(folder).read(heldContents, heldRelations, new Archive.Sink() {
            @Override
            public void content(Content content) {
                contents.add(content);
            }

            @Override
            public void relation(Relation relation) {
                relations.add(relation);
            }

            @Override
            public void served(Served served) {
                throw new AssertionError(served);
            }

            @Override
            public void engagement(Engagement engagement) {
                throw new AssertionError(engagement);
            }
        });
    }

    @Test
    void a_newer_version_is_not_followed_by_an_older_one_in_a_later_file() throws IOException {
        file(Topics.CONTENTS, "day=2026-05-08/part-0.avro", content("c1", 1_002), content("c2", 1));
        file(Topics.CONTENTS, "day=2026-05-08/part-1.avro", content("c1", 2), content("c2", 1));
        file(Topics.CONTENTS, "day=2026-05-09/part-0.avro", content("c1", 1));
        file(Topics.RELATIONS, "day=2026-05-08/part-0.avro", block("v1", false, 2));
        file(Topics.RELATIONS, "day=2026-05-08/part-1.avro", block("v1", true, 1), block("v2", true, 1));
        read();
        assertThat(contents).containsExactly(content("c1", 1_002), content("c2", 1));
        assertThat(relations).containsExactly(block("v1", false, 2), block("v2", true, 1));
    }

    @Test
    void what_is_held_already_gives_way_to_newer_ones_alone() throws IOException {
        heldContents.held(content("c1", 7));
        heldContents.held(content("c2", 9));
        heldContents.held(content("c2", 1)); // which compaction would keep
        heldRelations.held(block("v1", true, 2));
        file(Topics.CONTENTS, "day=2026-05-08/part-0.avro", content("c1", 6), content("c1", 7), content("c2", 9));
        file(Topics.RELATIONS, "day=2026-05-08/part-0.avro", block("v1", false, 1));
        read();
        assertThat(contents).containsExactly(content("c2", 9));
        assertThat(relations).isEmpty();
    }
}
