package io.tuijian.launcher;

import io.tuijian.ingestion.ArchiveJob;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.CommentJob;
import io.tuijian.ingestion.ExampleJob;
import io.tuijian.ingestion.IndexJob;
import io.tuijian.ingestion.ReachJob;
import io.tuijian.ingestion.StateJob;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The Flink jobs that {@code run jobs} knows, by the word that names them in its file. */
enum Job {
    STATE(false, false, (clusters, env) -> new StateJob(clusters).build(env)),
    INDEX(true, false, (clusters, env) -> new IndexJob(clusters).build(env)),
    REACH(true, false, (clusters, env) -> new ReachJob(clusters).build(env)),
    COMMENTS(true, false, (clusters, env) -> new CommentJob(clusters).build(env)),
    EXAMPLES(false, true, (clusters, env) -> new ExampleJob(clusters).build(env)),
    ARCHIVE(false, true, (clusters, env) -> new ArchiveJob(clusters).build(env));

    private final boolean writesElasticsearch;
    private final boolean writesFiles;
    private final BiConsumer<Clusters, StreamExecutionEnvironment> build;

    Job(boolean writesElasticsearch, boolean writesFiles, BiConsumer<Clusters, StreamExecutionEnvironment> build) {
        this.writesElasticsearch = writesElasticsearch;
        this.writesFiles = writesFiles;
        this.build = build;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean writesElasticsearch() {
        return writesElasticsearch;
    }

    boolean writesFiles() {
        return writesFiles;
    }

    /** Where files of this job lie already; one that starts afresh would write all once more beside them. */
    Optional<String> filesBefore(Clusters clusters) throws IOException {
        return switch (this) {
            case STATE, INDEX, REACH, COMMENTS -> Optional.empty();
            case EXAMPLES -> ExampleJob.filesBefore(clusters);
            case ARCHIVE -> ArchiveJob.filesBefore(clusters);
        };
    }

    void build(Clusters clusters, StreamExecutionEnvironment env) {
        build.accept(clusters, env);
    }
}
