package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCheckpointTest {
    private static final StoreCheckpoint.Header HEADER = new StoreCheckpoint.Header(
            Instant.parse("2026-11-21T12:00:00Z"),
            "{contents=x}",
            Map.of(new TopicPartition("contents", 0), 7L, new TopicPartition("contents", 1), 0L));

    @TempDir
    Path folder;

    private Path file;
    private StoreCheckpoint checkpoint;

    @BeforeEach
    void writeOne() throws IOException {
        file = folder.resolve("deep").resolve("checkpoint");
        checkpoint = new StoreCheckpoint(file);
        checkpoint.write(HEADER, out -> {
            for (int i = 0; i < 1_000; i++) {
                out.entry(new StoreCheckpoint.Entry(i % 5, "id" + i, i, 2L * i, new byte[i]));
            }
        });
    }

    private List<StoreCheckpoint.Entry> entries() throws Exception {
        List<StoreCheckpoint.Entry> entries = new ArrayList<>();
        assertThat(checkpoint.read(entries::add)).isEqualTo(entries.size());
        return entries;
    }

    @Test
    void what_was_written_is_read() throws Exception {
        assertThat(checkpoint.header()).isEqualTo(HEADER);
        List<StoreCheckpoint.Entry> entries = entries();
        assertThat(entries).hasSize(1_000);
        StoreCheckpoint.Entry last = entries.get(999);
        assertThat(last.topic()).isEqualTo(4);
        assertThat(last.id()).isEqualTo("id999");
        assertThat(last.order()).isEqualTo(999);
        assertThat(last.writtenAtMillis()).isEqualTo(1_998);
        assertThat(last.bytes()).hasSize(999);
    }

    @Test
    void an_id_may_be_of_any_length() throws Exception {
        String id = "名".repeat(100_000);
        checkpoint.write(HEADER, out -> out.entry(new StoreCheckpoint.Entry(0, id, 0, 0, new byte[0])));
        assertThat(entries().get(0).id()).isEqualTo(id);
    }

    @Test
    void none_at_all_is_no_damage() throws Exception {
        assertThat(new StoreCheckpoint(folder.resolve("none")).header()).isNull();
    }

    @Test
    void a_changed_byte_anywhere_makes_it_unusable_before_anything_is_taken_in() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 997) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(() -> checkpoint.read(entry -> {
                        throw new AssertionError("taken in");
                    }))
                    .isInstanceOf(StoreCheckpoint.Unusable.class);
        }
    }

    @Test
    void a_file_that_is_cut_off_is_unusable() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 3, 20, 100, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::entries).isInstanceOf(StoreCheckpoint.Unusable.class);
        }
    }

    @Test
    void a_failure_while_writing_leaves_the_one_before() throws Exception {
        assertThatThrownBy(() -> checkpoint.write(HEADER, out -> {
                    out.entry(new StoreCheckpoint.Entry(0, "half", 0, 0, new byte[10]));
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class);
        assertThat(entries()).hasSize(1_000);
    }
}
