package io.tuijian.launcher.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of others is in memory what {@code ./tuijian replay} would send. */
class OwnLogTest {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final String CSV = """
            user_id,item_id,event_type,timestamp,category,play_time_ms,duration_ms
            2,9,play,1740787210,news,20000,20000
            1,9,impression,1740787200,news,,20000
            1,9,heart,1740787201,news,,20000
            1,9,teleport,1740787202,news,,20000
            1,,heart,1740787203,news,,
            """;

    @TempDir
    private Path folder;

    private OwnLog read(String actions) throws IOException {
        Path words = Files.writeString(folder.resolve("log.actions"), actions);
        return OwnLog.read(Files.writeString(folder.resolve("log.csv"), CSV), ActionWords.read(words), NOW);
    }

    @Test
    void rows_become_engagements_in_the_order_of_time() throws IOException {
        OwnLog log = read("# their words\nimpression=SEEN\nplay = WATCH # brings more\nheart=LIKE\n\n");
        assertThat(log.perAction())
                .isEqualTo(Map.of(
                        Action.SEEN, 1L, Action.WATCH, 1L, Action.LONG_VIEW, 1L, Action.FINISH, 1L, Action.LIKE, 1L));
        assertThat(log.engagements().get(0).getAction()).isEqualTo(Action.SEEN);
        assertThat(log.from()).isEqualTo(Instant.ofEpochSecond(1740787200));
        assertThat(log.to()).isEqualTo(Instant.ofEpochSecond(1740787210));
        assertThat(log.viewers()).isEqualTo(2);
        assertThat(log.contents()).hasSize(1).first().satisfies(content -> assertThat(content.getTopics())
                .containsExactly("tnews"));
        assertThat(log.counts()).isEqualTo(new CsvLog.Counts(3, 0, 2));
        assertThat(log.bad()).extracting(CsvLog.Bad::line).containsExactly(5L, 6L);
    }

    @Test
    void it_is_counted_as_flink_counts() throws IOException {
        var states =
                read("impression=SEEN\nplay=WATCH\nheart=LIKE\n").replayed().store();
        assertThat(states.contentState("c9").counts().always(Action.SEEN)).isEqualTo(2);
        assertThat(states.contentState("c9").counts().always(Action.LIKE)).isEqualTo(1);
        assertThat(states.viewer("v2").counts().always(Action.FINISH)).isEqualTo(1);
    }

    @Test
    void words_that_mean_nothing_and_files_that_are_not_there_are_told_in_a_line() {
        assertThatThrownBy(() -> read("heart=LOVE")).hasMessageStartingWith("There is no action LOVE, only ");
        assertThatThrownBy(() -> ActionWords.read(folder.resolve("none")))
                .hasMessage("The file " + folder.resolve("none") + " cannot be read.");
        assertThatThrownBy(() -> OwnLog.read(folder.resolve("none.csv"), ActionWords.of(""), NOW))
                .hasMessage("There is no log " + folder.resolve("none.csv") + ".");
    }
}
