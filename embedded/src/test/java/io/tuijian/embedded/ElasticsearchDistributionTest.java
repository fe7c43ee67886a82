package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElasticsearchDistributionTest {

    @TempDir
    private Path temporary;

    @Test
    void itLiesBesideTheClassesOrTheJar() {
        Path target = temporary.resolve("embedded/target");

        assertThat(ElasticsearchDistribution.targets(null, target.resolve("classes")))
                .containsExactly(target);
        assertThat(ElasticsearchDistribution.targets(null, target.resolve("embedded-1.jar")))
                .containsExactly(target);
        assertThat(ElasticsearchDistribution.targets(temporary.toString(), target.resolve("classes")))
                .containsExactly(target);
    }

    @Test
    void theNewestOfSeveralWins() throws IOException {
        unpacked("elasticsearch-8.9.0");
        Path newest = unpacked("elasticsearch-8.19.21");
        Files.createDirectories(temporary.resolve("elasticsearch-9.0.0")); // half unpacked

        assertThat(ElasticsearchDistribution.in(temporary)).contains(newest);
    }

    @Test
    void thereMayBeNone() {
        assertThat(ElasticsearchDistribution.in(temporary.resolve("missing"))).isEmpty();
        assertThat(ElasticsearchDistribution.in(temporary)).isEmpty();
    }

    private Path unpacked(String name) throws IOException {
        Path home = Files.createDirectories(temporary.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("bin/elasticsearch"), "");
        return home;
    }
}
