package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.ingestion.Clusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookHomeTest {
    @TempDir
    private Path folder;

    private Home home() {
        return new Home(folder, folder.resolve("work"));
    }

    private NotebookHome notebooks() {
        return new NotebookHome(home(), null, null);
    }

    private void demoRuns() {
        home().remember(
                        new Clusters(
                                "localhost:1",
                                "http://localhost:1",
                                Clusters.Archive.in(folder.resolve("files").toString())),
                        4);
    }

    @Test
    void without_a_demo_it_says_how_to_start_one() {
        assertThatThrownBy(() -> notebooks().files())
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("./tuijian demo", "--files DIR");
        assertThatThrownBy(() -> notebooks().demo()).isInstanceOf(Failure.class).hasMessageContaining("./tuijian demo");
    }

    @Test
    void the_files_of_the_running_demo_are_found() throws IOException {
        demoRuns();
        assertThatThrownBy(() -> notebooks().files()).hasMessageContaining("has written no files yet");
        Files.createDirectories(folder.resolve("files"));
        assertThat(notebooks().files()).isEqualTo(folder.resolve("files"));
    }

    @Test
    void those_of_a_cluster_that_was_named_come_first() {
        demoRuns();
        Path named = folder.resolve("elsewhere");
        assertThat(new NotebookHome(home(), named, null).files()).isEqualTo(named);
    }

    @Test
    void what_was_named_is_handed_on() {
        NotebookHome named = new NotebookHome(home(), folder.resolve("files"), folder.resolve("registry"));
        assertThat(named.properties())
                .containsEntry("tuijian.root", folder.toString())
                .containsEntry("tuijian.work", folder.resolve("work").toString())
                .containsEntry("tuijian.files", folder.resolve("files").toString())
                .containsEntry("tuijian.registry", folder.resolve("registry").toString());
        assertThat(notebooks().properties()).doesNotContainKeys("tuijian.files", "tuijian.registry");
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> new NotebookHome(home(), nowhere, null).check())
                .isInstanceOf(Failure.class)
                .hasMessageContaining(nowhere.toString());
        assertThatThrownBy(() -> new NotebookHome(home(), null, nowhere).check())
                .isInstanceOf(Failure.class)
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    void a_demo_that_is_gone_is_said_to_be() {
        demoRuns();
        home().rememberApi(1);
        assertThatThrownBy(() -> notebooks().demo())
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("http://localhost:1 does not answer", "./tuijian demo");
    }

    @Test
    void one_that_was_killed_is_not_mistaken_for_the_next() {
        demoRuns();
        home().rememberApi(1);
        demoRuns();
        assertThat(ClusterConfig.of(home().demoServers()).apiPort()).isEqualTo(8080);
    }
}
