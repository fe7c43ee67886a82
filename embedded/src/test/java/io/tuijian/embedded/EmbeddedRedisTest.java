package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {
    @Test
    void aMissingServerIsNamedWithItsPackage(@TempDir Path empty) {
        assertThatThrownBy(() -> EmbeddedRedis.server(empty.toString()))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessage("The Redis server is missing: install it (Debian: apt-get install redis-server).");
    }
}
