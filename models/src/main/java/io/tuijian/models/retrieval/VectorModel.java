package io.tuijian.models.retrieval;

import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import java.util.List;

/** Places viewers and contents in one space, where a greater dot product is a better match. Safe from many threads. */
public interface VectorModel {
    /** For instance {@code 20261121-080000}. */
    String version();

    /** The length of every vector. */
    int dimensions();

    /** Where a viewer with these engagements, newest first, stands. */
    float[] viewerVector(List<ViewerState.Recent> newestFirst);

    /** Where a content stands, a new one, too. */
    float[] contentVector(Content content);
}
