package io.tuijian.ingestion;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps the documents that an index refuses for good. */
interface Refusals extends AutoCloseable {
    /** A document and why it was refused. */
    record Refused(Document document, String reason) {}

    /** Opens such a keeper where the index is written. */
    interface Opener extends Serializable {
        Refusals of(String index);
    }

    /** Completes when all of them are kept for good, and fails when that is not sure. */
    CompletableFuture<Void> keep(List<Refused> refused);

    @Override
    void close();
}
