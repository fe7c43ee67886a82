package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobGraphsTest {
    private static final Clusters CLUSTERS =
            new Clusters("localhost:1", "http://localhost:2", null, Clusters.Archive.in("target/archive"));

    static Stream<Consumer<StreamExecutionEnvironment>> jobs() {
        return Stream.of(
                env -> new StateJob(CLUSTERS).build(env),
                env -> new IndexJob(CLUSTERS).build(env),
                env -> new ReachJob(CLUSTERS).build(env),
                env -> new CommentJob(CLUSTERS).build(env),
                env -> new ExampleJob(CLUSTERS).build(env),
                env -> new ArchiveJob(CLUSTERS).build(env));
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void every_operator_has_a_stable_uid_and_no_type_needs_kryo(Consumer<StreamExecutionEnvironment> job) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        job.accept(env);
        assertThat(env.getStreamGraph().getStreamNodes()).allSatisfy(node -> assertThat(node.getTransformationUID())
                .as(node.getOperatorName())
                .isNotNull());
        assertThat(env.getConfig().getSerializerConfig().hasGenericTypesDisabled())
                .isTrue();
    }

    @Test
    void arguments_are_named() {
        assertThat(Clusters.of("--elasticsearch", "http://localhost:2", "--bootstrap-servers", "localhost:1"))
                .isEqualTo(new Clusters("localhost:1", "http://localhost:2"));
        assertThat(Clusters.of(
                        "--bootstrap-servers",
                        "localhost:1",
                        "--archive",
                        "s3://tuijian/log",
                        "--generation",
                        "spring",
                        "--keep-negatives",
                        "0.1"))
                .isEqualTo(new Clusters(
                        "localhost:1", null, null, new Clusters.Archive("s3://tuijian/log", "spring", 0.1)));
        assertThatThrownBy(() -> new ExampleJob(Clusters.of("--bootstrap-servers", "localhost:1")))
                .hasMessage("--archive is missing");
        assertThatThrownBy(() -> new Clusters.Archive("a", "../b", 1))
                .hasMessage("--generation is made of letters, digits, dots, dashes and underscores, unlike ../b");
        assertThatThrownBy(() -> new Clusters.Archive("a", null, 0))
                .hasMessage("--keep-negatives is above 0 and at most 1, unlike 0.0");
        assertThatThrownBy(() -> Clusters.of("--elasticsearch", "x")).hasMessage("--bootstrap-servers is missing");
        assertThatThrownBy(() -> Clusters.of("--kafka", "x")).hasMessage("unknown argument --kafka");
        assertThatThrownBy(() -> Clusters.of("--elasticsearch")).hasMessage("--elasticsearch needs a value");
    }
}
