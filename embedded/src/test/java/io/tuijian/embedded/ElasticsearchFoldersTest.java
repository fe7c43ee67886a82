package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ElasticsearchFoldersTest {

    @Test
    void thePortIsReadFromWhatTheServerWrote() {
        assertThat(ElasticsearchFolders.port("127.0.0.1:9201\n")).contains(9201);
        assertThat(ElasticsearchFolders.port("[::1]:9201\n127.0.0.1:9202\n")).contains(9201);
        assertThat(ElasticsearchFolders.port("")).isEmpty();
        assertThat(ElasticsearchFolders.port("127.0.0.1:")).isEmpty();
    }

    @Test
    void largeFilesAreNotWritten() {
        assertThat(ElasticsearchFolders.jvmOptions(
                        List.of("-XX:+UseG1GC", "-XX:+HeapDumpOnOutOfMemoryError", "-Xlog:gc*:file=gc.log")))
                .containsExactly("-XX:+UseG1GC");
    }

    @Test
    void theHeapIsAsGiven() {
        assertThat(ElasticsearchFolders.embeddedOptions(256, false)).contains("-Xms256m", "-Xmx256m");
    }
}
