package io.tuijian.launcher.vectors;

import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.VectorField;
import java.io.IOException;

/** Which share of the live contents of the index has the vector of a version. */
final class Coverage {
    private final Elasticsearch elasticsearch;

    Coverage(Elasticsearch elasticsearch) {
        this.elasticsearch = elasticsearch;
    }

    /**
     * @return in [0, 1]; 0 if there are no live contents
     * @throws IOException if Elasticsearch does not answer
     */
    double of(VectorField field, String version) throws IOException {
        String live = "{\"term\": {\"state\": \"" + ContentState.LIVE + "\"}}";
        String covered = "{\"bool\": {\"filter\": [" + live + ", {\"term\": {\"" + Indices.vectorVersion(field)
                + "\": \"" + version + "\"}}, {\"exists\": {\"field\": \"" + Indices.vector(field) + "\"}}]}}";
        long all = elasticsearch.count(Indices.CONTENTS.name(), live);
        return all == 0 ? 0 : Math.min(1, elasticsearch.count(Indices.CONTENTS.name(), covered) / (double) all);
    }
}
