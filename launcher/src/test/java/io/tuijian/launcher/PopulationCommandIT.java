package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The log of a population in a real Kafka. */
class PopulationCommandIT {
    @Test
    void what_it_says_it_wrote_can_be_read_back() throws Exception {
        Path state = Path.of(System.getProperty("tuijian.root"), "launcher/target/population-" + UUID.randomUUID());
        try (EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedOptions.in(state).withParts(Part.KAFKA))) {
            StringWriter out = new StringWriter();
            CommandLine line = Main.commandLine();
            line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
            String[] typed = ("population --viewers 200 --authors 20 --contents 500 --pages 400 --days 2 --kafka "
                            + cluster.bootstrapServers())
                    .split(" ");
            assertThat(line.execute(typed)).isEqualTo(1);
            assertThat(out.toString()).contains("Kafka at " + cluster.bootstrapServers() + " cannot be written");
            for (Topic<?> topic : Topics.ALL) {
                cluster.createTopic(topic.name(), 3, Map.of());
            }
            assertThat(line.execute(typed)).as(out.toString()).isZero();
            assertThat(out.toString())
                    .contains(
                            count(cluster, Topics.SERVED) + " pages",
                            count(cluster, Topics.ENGAGEMENTS) + " engagements",
                            count(cluster, Topics.RELATIONS) + " relations",
                            count(cluster, Topics.CONTENTS) + " publications");
        }
    }

    /** Every record decoded; as the command writes the number. */
    private static String count(EmbeddedCluster cluster, Topic<?> topic) throws Topic.Undecodable {
        long count = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long all = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(offset -> offset)
                    .sum();
            while (count < all) {
                for (var record : consumer.poll(Duration.ofSeconds(10))) {
                    topic.decode(record.value());
                    count++;
                }
            }
        }
        return String.format(Locale.ROOT, "%,d", count);
    }
}
