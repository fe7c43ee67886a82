package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job that starts afresh would write beside. */
class DayFilesTest {
    @TempDir
    private Path folder;

    private void file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private Clusters clusters(String generation) {
        return new Clusters("localhost:1", null, new Clusters.Archive(folder.toString(), generation, 1));
    }

    @Test
    void unfinished_files_and_those_of_another_job_do_not_count() throws IOException {
        assertThat(ArchiveJob.filesBefore(clusters("spring"))).isEmpty();
        file("archive/served/day=2022-05-08/.part-0.avro.inprogress");
        file("examples/winter/day=2022-05-08/part-0.avro");
        assertThat(ArchiveJob.filesBefore(clusters("winter"))).isEmpty();
        file("archive/served/day=2022-05-08/part-0.avro");
        assertThat(ArchiveJob.filesBefore(clusters("winter")))
                .hasValueSatisfying(it -> assertThat(it).endsWith("archive"));
    }

    @Test
    void examples_have_a_folder_of_their_own_for_each_generation() throws IOException {
        file("examples/winter/day=2022-05-08/part-0.avro");
        assertThat(ExampleJob.filesBefore(clusters("winter"))).isPresent();
        assertThat(ExampleJob.filesBefore(clusters("spring"))).isEmpty();
        assertThat(ExampleJob.filesBefore(clusters(null))).isEmpty(); // named after the time of the start
    }
}
