package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class EmbeddedRedisIT {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    private Path temporary;

    private EmbeddedOptions options() {
        return EmbeddedOptions.in(temporary.resolve("state")).withParts(Part.REDIS);
    }

    @Test
    void itComesBackOnTheSamePortWithWhatItHeld() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options())) {
            String address = cluster.redisAddress();
            assertThat(call(address, "SET greeting nihao")).isEqualTo("+OK");
            cluster.stopRedis();
            assertThatThrownBy(() -> call(address, "PING")).isInstanceOf(IOException.class);
            cluster.startRedis();
            assertThat(cluster.redisAddress()).isEqualTo(address);
            assertThat(call(address, "STRLEN greeting")).isEqualTo(":5");
        }
        assertThat(temporary.resolve("state")).doesNotExist();
    }

    @Test
    void whatIsKeptSurvivesARestartAndWhatIsNotDoesNot() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options().withKeep(true))) {
            call(cluster.redisAddress(), "SET greeting nihao");
        }
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options().withKeep(true))) {
            assertThat(call(cluster.redisAddress(), "STRLEN greeting")).isEqualTo(":5");
        }
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options())) {
            assertThat(call(cluster.redisAddress(), "STRLEN greeting")).isEqualTo(":0");
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedCluster.start(options().withRedisPort(taken.getLocalPort())))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " for Redis is in use")
                    .hasMessageContaining("redisPort");
        }
        assertThat(temporary.resolve("state")).doesNotExist();
    }

    @Test
    void whatAKilledParentLeftIsEndedByTheNextStart() throws Exception {
        Path state = temporary.resolve("state");
        Files.createDirectories(state);
        Process orphan = new ProcessBuilder("sleep", "600").start();
        new RecordedProcesses(state.resolve("redis-process")).record(List.of(orphan.toHandle()).stream());
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options())) {
            await().atMost(DEADLINE).until(() -> !orphan.isAlive());
            assertThat(call(cluster.redisAddress(), "PING")).isEqualTo("+PONG");
        } finally {
            orphan.destroyForcibly();
        }
    }

    private static String call(String address, String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(address.substring(address.indexOf(':') + 1)))) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder line = new StringBuilder();
            for (int next = socket.getInputStream().read();
                    next > '\r';
                    next = socket.getInputStream().read()) {
                line.append((char) next);
            }
            return line.toString();
        }
    }
}
