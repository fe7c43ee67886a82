package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is typed wrong is answered in one clear line, never with a stack trace. */
class CommandLineTest {
    private final String before = System.getProperty("tuijian.root");

    @TempDir
    private Path checkout;

    private record Said(int status, String out, String err) {}

    @BeforeEach
    void in_an_empty_checkout() throws IOException {
        System.setProperty("tuijian.root", checkout.toString());
        Files.createDirectories(checkout.resolve("data/kuairand-pure"));
    }

    @AfterEach
    void back() {
        System.setProperty("tuijian.root", before);
    }

    private static Said say(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int status = line.execute(args);
        return new Said(status, out.toString(), err.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    dance                      | Unmatched argument
                    demo --port eighty         | not an int
                    demo --port 99999          | --port must be from 0 to 65535
                    demo --audience -3         | --audience must be from 0 to 500
                    demo --fast                | Unknown option
                    population --pages 0       | --pages must be from 1 to 1000000000
                    population --policy best   | expected one of
                    token                      | Missing required argument
                    token --viewer a1          | begins with v
                    token --author v1          | begins with a
                    token --viewer v1 --role x | mutually exclusive
                    models promote 1           | no version 1
                    """)
    void what_is_typed_wrong_is_named(String typed, String named) throws IOException {
        new Home(checkout, checkout.resolve(".tuijian")).keyOrNew();
        Said said = say(typed.split(" "));
        assertThat(said.status()).isNotZero();
        assertThat(said.err()).contains(named).doesNotContain("\tat ", "Exception");
        assertThat(said.err().lines().count()).isLessThanOrEqualTo(2);
    }

    @Test
    void a_role_that_does_not_exist_is_answered_with_those_that_do() {
        new Home(checkout, checkout.resolve(".tuijian")).keyOrNew();
        assertThat(say("token", "--role", "king").err())
                .contains("viewer", "creator", "publisher", "scientist", "operator");
    }

    @Test
    void a_token_needs_a_demo_to_have_run() {
        Said said = say("token", "--viewer", "v1");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).contains("./tuijian demo");
    }

    @Test
    void a_token_stands_alone_on_the_last_line_and_speaks_for_whom_it_was_asked() {
        byte[] key = new Home(checkout, checkout.resolve(".tuijian")).keyOrNew();
        String token = say("token", "--author", "a7").out().strip();
        var caller = new Tokens(key).caller("Bearer " + token, Instant.now());
        assertThat(caller.id()).isEqualTo("a7");
        assertThat(caller.roles()).isEqualTo(Set.of(Role.CREATOR));
    }

    @Test
    void the_key_is_made_once_and_only_its_owner_reads_it() throws IOException {
        Home home = new Home(checkout, checkout.resolve(".tuijian"));
        assertThat(home.keyOrNew()).isEqualTo(home.keyOrNew()).hasSize(32);
        assertThat(Files.getPosixFilePermissions(home.work().resolve("key"))).hasSize(2);
    }

    @Test
    void a_port_in_use_is_named_before_anything_starts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            Said said = say("demo", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.err().strip())
                    .isEqualTo("Port " + taken.getLocalPort() + " is in use; choose another with --port.");
            assertThat(said.out()).isEmpty();
        }
    }

    @Test
    void a_population_is_counted_without_a_server() {
        Said said = say("population", "--viewers", "100", "--authors", "10", "--contents", "200", "--pages", "300");
        assertThat(said.status()).as(said.err()).isZero();
        assertThat(said.out()).contains("300 pages").contains("events/s");
    }

    @Test
    void a_kafka_that_is_not_there_is_named() {
        Said said = say("population", "--viewers", "10", "--pages", "1", "--kafka", "127.0.0.1:1");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err())
                .contains("Kafka at 127.0.0.1:1 cannot be written")
                .doesNotContain("Exception");
    }

    @Test
    void too_little_memory_is_said_in_gibibytes() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Preflight.memory(1L << 50))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("GiB");
    }

    @Test
    void a_state_folder_that_is_a_file_is_refused() throws IOException {
        Path file = Files.createFile(checkout.resolve("file"));
        Said said = say("demo", "--port", "0", "--state", file.toString());
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).contains("state folder").doesNotContain("\tat ");
    }

    @Test
    void a_damaged_state_folder_is_refused() throws IOException {
        Path state = checkout.resolve("state");
        Files.createDirectories(state.resolve("kafka"));
        Files.writeString(state.resolve("replayed-until"), "the day before yesterday");
        Said said = say("demo", "--port", "0", "--keep", "--state", state.toString());
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).contains("damaged").doesNotContain("\tat ");
    }

    @Test
    void missing_data_is_said_before_anything_starts() throws IOException {
        Files.delete(checkout.resolve("data/kuairand-pure"));
        assertThat(say("demo", "--port", "0").err()).contains("data folder");
    }
}
