package io.tuijian.ingestion;

import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.ReachEvent;
import java.util.function.Consumer;

/** An event of reach on its way to its document of one level. */
public record Addressed(Level level, ReachEvent event) {
    /** One for each of the event's documents. */
    static void each(ReachEvent event, Consumer<Addressed> out) {
        for (Level level : event.levels()) {
            out.accept(new Addressed(level, event));
        }
    }

    /** The id of its document. */
    String document() {
        return ReachDocument.idOf(level, event);
    }

    /** Its document with nothing counted. */
    ReachDocument empty() {
        return ReachDocument.emptyOf(level, event);
    }
}
