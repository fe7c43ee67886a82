package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedOptionsTest {

    @Test
    void withoutFurtherWordsEverythingButRedisStartsOnFreePortsAndLeavesNothing() {
        EmbeddedOptions options = EmbeddedOptions.in(Path.of("state"));

        assertThat(options.parts()).containsExactlyInAnyOrder(Part.KAFKA, Part.ELASTICSEARCH, Part.FLINK);
        assertThat(options.kafkaPort()).isZero();
        assertThat(options.elasticsearchPort()).isZero();
        assertThat(options.keep()).isFalse();
        assertThat(options.state()).isAbsolute();
    }

    @Test
    void nonsenseIsRefused() {
        EmbeddedOptions options = EmbeddedOptions.in(Path.of("state"));

        assertThatThrownBy(() -> options.withKafkaPort(70_000)).hasMessageContaining("kafkaPort");
        assertThatThrownBy(() -> options.withElasticsearchPort(-1)).hasMessageContaining("elasticsearchPort");
        assertThatThrownBy(() -> options.withElasticsearchHeapMegabytes(64)).hasMessageContaining("heap");
        assertThatThrownBy(() -> options.withSlots(0)).hasMessageContaining("slot");
    }

    @Test
    void theCommandLineChangesTheDevelopmentEnvironment() {
        EmbeddedOptions usual = DevelopmentArguments.parse(List.of());
        assertThat(usual.kafkaPort()).isEqualTo(9092);
        assertThat(usual.elasticsearchPort()).isEqualTo(9200);
        assertThat(usual.keep()).isFalse();

        EmbeddedOptions other = DevelopmentArguments.parse(
                List.of("--state", "/srv/dev", "--keep", "--kafka-port", "0", "--elasticsearch-port", "9201"));
        assertThat(other.state()).isEqualTo(Path.of("/srv/dev"));
        assertThat(other.keep()).isTrue();
        assertThat(other.kafkaPort()).isZero();
        assertThat(other.elasticsearchPort()).isEqualTo(9201);
    }

    @Test
    void theReadmeNamesEveryOption() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("tuijian.root"), "embedded", "README.md"));

        assertThat(Arrays.stream(EmbeddedOptions.class.getMethods())
                        .map(Method::getName)
                        .filter(name -> name.startsWith("with") && !name.equals("withState")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }

    @Test
    void anUnknownArgumentIsNamed() {
        assertThatThrownBy(() -> DevelopmentArguments.parse(List.of("--sate")))
                .hasMessageContaining("Unknown argument --sate");
        assertThatThrownBy(() -> DevelopmentArguments.parse(List.of("--state"))).hasMessageContaining("missing");
        assertThatThrownBy(() -> DevelopmentArguments.parse(List.of("--kafka-port", "x")))
                .hasMessageContaining("wants a number");
    }
}
