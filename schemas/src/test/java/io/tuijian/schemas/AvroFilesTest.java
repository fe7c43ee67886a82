package io.tuijian.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroFilesTest {
    private static final LocalDate MONDAY = LocalDate.parse("2026-11-16");

    @TempDir
    Path folder;

    private static Relation follow(int author) {
        return new Relation(
                "v1",
                RelationKind.FOLLOW,
                "a" + author,
                true,
                Instant.parse("2026-11-16T08:00:00Z"),
                null,
                Provenance.REAL,
                null);
    }

    private Path write(LocalDate day, String name, int... authors) throws IOException {
        return write(Relation.getClassSchema(), day, name, authors);
    }

    private Path write(Schema schema, LocalDate day, String name, int... authors) throws IOException {
        Path file =
                Files.createDirectories(folder.resolve(AvroFiles.folder(day))).resolve(name);
        try (DataFileWriter<Relation> writer = new DataFileWriter<>(new SpecificDatumWriter<>(schema))) {
            writer.create(schema, file.toFile());
            for (int author : authors) {
                writer.append(follow(author));
            }
        }
        return file;
    }

    private List<String> followed(Stream<Relation> relations) {
        try (relations) {
            return relations.map(Relation::getTo).toList();
        }
    }

    @Test
    void days_then_files_in_order_and_nothing_unfinished() throws IOException {
        write(MONDAY.plusDays(1), "part-0.avro", 5);
        write(MONDAY, "part-1.avro", 3, 4);
        write(MONDAY, "part-0.avro", 1, 2);
        write(MONDAY, "part-2.avro");
        write(MONDAY, ".part-9.avro.inprogress.1", 9);
        write(MONDAY, ".part-9.avro", 9);
        assertThat(followed(AvroFiles.read(folder, Topics.RELATIONS))).containsExactly("a1", "a2", "a3", "a4", "a5");
    }

    @Test
    void a_range_of_days_includes_both_ends() throws IOException {
        for (int day = 0; day < 4; day++) {
            write(MONDAY.plusDays(day), "part-0.avro", day);
        }
        assertThat(followed(AvroFiles.read(folder, Topics.RELATIONS, MONDAY.plusDays(1), MONDAY.plusDays(2))))
                .containsExactly("a1", "a2");
    }

    @Test
    void files_of_a_released_schema_are_read() throws IOException {
        write(Topic.released(1, "Relation"), MONDAY, "part-0.avro", 7);
        assertThat(followed(AvroFiles.read(folder, Topics.RELATIONS))).containsExactly("a7");
    }

    @Test
    void a_damaged_file_is_named_in_one_line_after_what_could_be_read() throws IOException {
        write(MONDAY, "part-0.avro", 1);
        Path cut = write(MONDAY, "part-1.avro", 2, 3);
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 20));
        Iterator<Relation> relations = AvroFiles.read(folder, Topics.RELATIONS).iterator();
        assertThat(relations.next().getTo()).isEqualTo("a1");
        assertThatThrownBy(relations::next)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(cut + " is damaged: ")
                .message()
                .doesNotContain("\n");

        Files.write(cut, new byte[] {1, 2, 3, 4, 5});
        assertThatThrownBy(() -> followed(AvroFiles.read(folder, Topics.RELATIONS)))
                .hasMessageContaining(cut + " is damaged: ");
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> AvroFiles.read(nowhere, Topics.RELATIONS))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(nowhere + " is not a folder");
    }
}
