package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import io.tuijian.ingestion.Clusters;
import io.tuijian.models.Inputs;
import io.tuijian.models.Registry;
import io.tuijian.models.VectorFields;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
                    run                        | Missing required subcommand
                    run jobs                   | Missing required option
                    run jobs --config nothing  | no configuration file nothing
                    run vectors                | Missing required option
                    run vectors --config nothing | no configuration file nothing
                    run vectors --config no-search | elasticsearch.url is missing
                    run trainer                | Missing required option
                    run trainer --config nothing | no configuration file nothing
                    run api                    | Missing required option
                    run api --config nothing   | no configuration file nothing
                    run api --config no-search | elasticsearch.url is missing
                    bench feed --contents 10   | --contents must be from 1,000
                    bench feed --viewers x     | not an int
                    bench feed --rate -1       | --rate must be
                    bench reach --days 401     | --days must be from 1 to 400
                    bench reach --contents 0   | --contents must be from 1 to 5,000
                    train                      | Missing required subcommand
                    train ranker --from nothing | There is no folder nothing
                    train ranker --seed x      | not a long
                    retrain --from nothing     | There is no folder nothing
                    notebook --execute nothing | There is no notebook nothing
                    notebook --files nothing   | There is no folder
                    notebook --registry nothing | There is no registry
                    dead-letters               | Missing required subcommand
                    dead-letters list          | No demo runs from this checkout
                    dead-letters replay        | No demo runs from this checkout
                    dead-letters list --limit 0        | --limit must be from 1
                    dead-letters list --limit many     | not an int
                    dead-letters list --config nothing | no configuration file nothing
                    replay                             | Missing required option
                    replay --log nothing               | There is no log nothing
                    replay --log data                  | is no archive
                    replay --log pom.xml --speed 0     | --speed must be more than 0
                    replay --log pom.xml --speed fast  | is not a double
                    replay --log pom.xml --actions x   | not of the form WORD=ACTION
                    replay --log pom.xml --actions x=y | There is no action y
                    replay --log pom.xml --name a/b    | --name is made of
                    replay --log pom.xml               | No demo runs from this checkout
                    evaluate                                        | Missing required subcommand
                    evaluate retrieval                              | Give --sequences FILE
                    evaluate retrieval --sequences nothing          | There is no file nothing
                    evaluate retrieval --sequences pom.xml          | is empty
                    evaluate retrieval --sequences a --protocol b   | --protocol is leave-one-out
                    evaluate retrieval --sequences a --train b      | --sequences stands alone
                    evaluate retrieval --train a                    | --train and --test go together
                    evaluate retrieval --sequences a --minutes 0    | --minutes must be at least 1
                    evaluate retrieval --sequences a --json no/file | There is no folder
                    train retrieval --archive nothing               | is no archive
                    evaluate population --pages 0            | --pages must be from 1 to
                    evaluate ranking --protocol both        | neither static nor prequential
                    evaluate ranking --seeds 0              | --seeds must be from 1 to 20
                    evaluate ranking --permuted 99          | --permuted must be from 0 to 20
                    evaluate ranking --surface maybe        | maybe
                    evaluate ranking --judged-from 2022-05-10 | --judged-from must be from 2022-04-25 on and before --until
                    evaluate ranking --data nothing         | There is no folder nothing
                    evaluate ranking --data src             | there is no such file
                    evaluate ranking --json nothing/f.json  | There is no folder to write nothing/f.json in
                    """)
    void what_is_typed_wrong_is_named(String typed, String named) throws IOException {
        new Home(checkout, checkout.resolve(".tuijian")).keyOrNew();
        String inCheckout = typed.replace(
                        "pom.xml",
                        Files.writeString(checkout.resolve("pom.xml"), "").toString())
                .replace("--log data", "--log " + checkout.resolve("data"))
                .replace(
                        "no-search",
                        Files.writeString(
                                        checkout.resolve("no-search.properties"),
                                        "kafka.bootstrap-servers=localhost:1\n")
                                .toString());
        Said said = say(inCheckout.split(" +"));
        assertThat(said.status()).isNotZero();
        assertThat(said.err()).contains(named).doesNotContain("\tat ", "Exception");
        assertThat(said.err().lines().count()).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    jobs=state                                  | kafka.bootstrap-servers is missing
                    kafka.bootstrap-servers=localhost           | kafka.bootstrap-servers must be HOST:PORT, not "localhost"
                    kafka.bootstrap-servers=a:1,                | kafka.bootstrap-servers must be HOST:PORT, not ""
                    kafka.bootstrap-servers=a:99999             | kafka.bootstrap-servers must be HOST:PORT
                    KAFKA jobs=state,dance                      | there is no job "dance"
                    KAFKA jobs=state,state                      | names state twice
                    KAFKA jobs=index                            | elasticsearch.url is missing; the job index writes there
                    KAFKA elasticsearch.url=localhost:9200      | elasticsearch.url must be http://HOST:PORT
                    KAFKA elasticsearch.url=http://a b          | elasticsearch.url must be http://HOST:PORT
                    KAFKA parallelism=0                         | parallelism must be a number from 1
                    KAFKA parallelism=two                       | parallelism must be a number from 1
                    KAFKA state.backend=disk                    | state.backend must be heap or rocksdb
                    KAFKA checkpoints.interval=often            | checkpoints.interval must be a time such as 30s
                    KAFKA checkpoints.interval=1ms              | checkpoints.interval must be at least 10ms
                    KAFKA restarts.attempts=-1                  | restarts.attempts must be a number from 0
                    KAFKA metrics.port=70000                    | metrics.port must be a number from 1
                    KAFKA trainer.settle=soon                   | trainer.settle must be a time such as 30s
                    KAFKA trainer.fresh-examples=0              | trainer.fresh-examples must be a number from 1
                    KAFKA trainer.metrics-port=0                | trainer.metrics-port must be a number from 1
                    KAFKA redis.address=here                    | redis.address must be HOST:PORT
                    KAFKA archive.generation=../b               | archive.generation must be made of letters, digits
                    KAFKA examples.keep-negatives=0             | examples.keep-negatives must be a number above 0
                    KAFKA examples.keep-negatives=few           | examples.keep-negatives must be a number above 0
                    KAFKA checkpoints.allow-dropped-state=yes   | checkpoints.allow-dropped-state must be true or false
                    KAFKA flink.address=http://a:1              | flink.address must be HOST:PORT
                    KAFKA kafka.partitions=0                    | kafka.partitions must be a number from 1
                    KAFKA kafka.topics=7                        | there is no key kafka.topics, only
                    KAFKA jobs=\\u12                            | cannot be read as key=value lines
                    """)
    void a_file_that_makes_no_sense_is_answered_with_the_key(String lines, String named) throws IOException {
        Path file = Files.writeString(
                checkout.resolve("jobs.properties"), lines.replace("KAFKA ", "kafka.bootstrap-servers=localhost:1\n"));
        Said said = say("run", "jobs", "--config", file.toString());
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).contains(named).contains(file.toString()).doesNotContain("\tat ", "Exception");
        assertThat(said.err().lines()).hasSize(1);
    }

    @Test
    void the_file_in_the_documents_is_a_whole_one_and_shows_every_key() throws IOException {
        Path file = Path.of(before).resolve("docs/jobs.properties");
        ClusterConfig.of(file).requireForJobs();
        assertThat(Files.readString(file).lines().map(line -> line.split("=")[0]))
                .containsAll(ClusterConfig.KEYS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/kept", "hdfs://name:8020/kept", "file:/kept", "/kept"})
    void the_archive_is_where_the_file_says(String place) throws IOException {
        Path file = Files.writeString(
                checkout.resolve("jobs.properties"),
                "kafka.bootstrap-servers=localhost:1\narchive.generation=one\nexamples.keep-negatives=0.1\n"
                        + "archive.folder=" + place);
        assertThat(ClusterConfig.of(file).clusters().archive()).isEqualTo(new Clusters.Archive(place, "one", 0.1));
    }

    @Test
    void an_archive_folder_of_this_machine_is_told_from_the_root_on() throws IOException {
        Path file = Files.writeString(
                checkout.resolve("jobs.properties"), "kafka.bootstrap-servers=localhost:1\narchive.folder=kept");
        assertThat(ClusterConfig.of(file).clusters().archive())
                .isEqualTo(Clusters.Archive.in(Path.of("kept").toAbsolutePath().toString()));
    }

    @Test
    void a_demo_that_is_gone_is_said_to_be() {
        Home.here()
                .remember(
                        new Clusters("localhost:1", "http://localhost:1", Clusters.Archive.in(checkout.toString())), 4);
        Said said = say("dead-letters", "list");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).contains("Kafka at localhost:1 cannot be reached", "is the demo still running?");
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
    void a_retrieval_version_is_listed_with_its_field_and_not_promoted_before_its_vectors_are_there()
            throws IOException {
        Registry registry = new Registry(checkout.resolve("registry"));
        Registry.Draft draft = registry.draft(VectorFields.MODEL, Instant.parse("2026-11-21T08:00:00Z"));
        Files.writeString(draft.artifact().modelFile(), "weights");
        Files.writeString(
                draft.artifact().metricsFile(), "{\"retrieval.ndcg@10\": 0.05, \"popularity.ndcg@10\": 0.04}");
        draft.artifact().describe("test", new Inputs(List.of()), List.of());
        String version = draft.publish().version();
        VectorFields fields = new VectorFields(registry);
        fields.propose(version);
        fields.covered(version, .5);
        String[] retrieval = {
            "models", "--registry", checkout.resolve("registry").toString(), "--model", "retrieval"
        };
        Said listed = say(with(retrieval, "list"));
        assertThat(listed.out().lines().toList().get(1)).matches(version + " +A +50.00 % +0.0500 +0.0400");
        Said promoted = say(with(retrieval, "promote", version));
        assertThat(promoted.status()).isEqualTo(1);
        assertThat(promoted.err().strip())
                .isEqualTo("retrieval " + version + " is not usable: 50.00 % of the live contents have its vector,"
                        + " 99.9 % are needed.");
        fields.covered(version, 1);
        assertThat(say(with(retrieval, "promote", version)).out().strip())
                .isEqualTo("retrieval " + version + " is served from now on.");
    }

    @Test
    void what_the_gate_refused_is_not_promoted() throws IOException {
        Registry registry = new Registry(checkout.resolve("registry"));
        Registry.Draft draft = registry.draft("ranker", Instant.parse("2026-11-21T08:00:00Z"));
        Files.writeString(draft.artifact().modelFile(), "weights");
        Files.writeString(
                draft.artifact().metricsFile(),
                "{\"ranker.gauc\": 0.6, \"popularity.gauc\": 0.5, \"gate\": {\"passed\": false, \"reasons\": [\"EnoughViewers: 3\"]}}");
        draft.artifact().describe("test", new Inputs(List.of()), List.of());
        String version = draft.publish().version();
        String[] models = {"models", "--registry", checkout.resolve("registry").toString()};
        assertThat(say(with(models, "list")).out().lines().toList().get(1)).matches(version + " +0.6000 +0.5000");
        Said promoted = say(with(models, "promote", version));
        assertThat(promoted.status()).isEqualTo(1);
        assertThat(promoted.err().strip())
                .isEqualTo("ranker " + version + " is not usable: the gate refused it: EnoughViewers: 3.");
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
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
