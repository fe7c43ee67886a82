package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    private Path temporary;

    @Test
    void aSecondUserIsRefusedUntilTheFirstIsGone() {
        Path root = temporary.resolve("state");
        StateFolder first = StateFolder.open(root, true);

        assertThatThrownBy(() -> StateFolder.open(root, true))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining(
                        "in use by process " + ProcessHandle.current().pid());

        first.close();
        StateFolder.open(root, true).close();
    }

    @Test
    void theLockFileOfADeadProcessIsNoObstacle() throws IOException {
        Path root = Files.createDirectories(temporary.resolve("state"));
        Files.writeString(root.resolve("lock"), "1\n");

        StateFolder.open(root, true).close();
    }

    @Test
    void stateThatIsNotKeptGoesAndTheFilesOfOthersStay() throws IOException {
        Path root = temporary.resolve("state");
        StateFolder state = StateFolder.open(root, false);
        Files.createDirectories(state.kafka().resolve("topic-0"));
        Files.writeString(state.kafka().resolve("topic-0").resolve("0.log"), "records");
        Path photo = Files.writeString(root.resolve("photo.jpg"), "mine");

        state.close();

        assertThat(root).isDirectoryNotContaining(path -> !path.equals(photo));
        assertThat(photo).exists();
    }

    @Test
    void aFolderOfItsOwnElsewhereGoesWithTheState() throws IOException {
        StateFolder state = StateFolder.open(temporary.resolve("state"), false);
        Files.createDirectories(state.elasticsearch());
        Path elsewhere = state.goElsewhere();
        assertThat(state.elsewhere()).contains(elsewhere);

        state.close();

        assertThat(elsewhere).doesNotExist();
        assertThat(state.root()).doesNotExist();
    }

    @Test
    void aFileInPlaceOfTheFolderIsNamed() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> StateFolder.open(file, true))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("The state folder " + file + " cannot be created");
    }
}
