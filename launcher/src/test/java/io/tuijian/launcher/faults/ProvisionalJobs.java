package io.tuijian.launcher.faults;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.IndexJob;
import io.tuijian.ingestion.ReachJob;
import io.tuijian.ingestion.StateJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

final class ProvisionalJobs {
    public static void main(String[] args) throws Exception {
        EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.in(Path.of(args[0]))
                .withKeep(true)
                .withParts(Part.FLINK)
                .withSlots(6));
        Clusters clusters = new Clusters(args[1], args[2]);
        Map<String, Consumer<StreamExecutionEnvironment>> jobs = Map.of(
                "state", new StateJob(clusters)::build,
                "index", new IndexJob(clusters)::build,
                "reach", new ReachJob(clusters)::build);
        jobs.forEach((name, job) -> {
            StreamExecutionEnvironment env = cluster.environment(name, 2, Duration.ofSeconds(2));
            job.accept(env);
            System.out.println(name + " from " + cluster.submit(env, name).restoredFrom());
        });
        new CountDownLatch(1).await();
    }
}
