package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.ranking.ContentIndex;
import io.tuijian.ranking.ContentQuery;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The content index in Elasticsearch: one {@code _msearch} per request, ids only. */
public final class ElasticContentIndex implements ContentIndex {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Elasticsearch elasticsearch;
    private final Duration deadline;

    public ElasticContentIndex(Elasticsearch elasticsearch, Duration deadline) {
        this.elasticsearch = elasticsearch;
        this.deadline = deadline;
    }

    @Override
    public List<Answer> search(List<ContentQuery> queries) throws Unavailable {
        if (queries.isEmpty()) {
            return List.of();
        }
        StringBuilder body = new StringBuilder();
        for (ContentQuery query : queries) {
            body.append("{\"index\":\"").append(Indices.CONTENTS.name()).append("\"}\n");
            body.append(body(query)).append('\n');
        }
        String path = "/_msearch?filter_path=responses.status,responses.hits.hits._id";
        try {
            List<Answer> answers = new ArrayList<>(queries.size());
            for (JsonNode response :
                    elasticsearch.call("GET", path, body.toString(), deadline).path("responses")) {
                List<String> ids = new ArrayList<>();
                response.path("hits")
                        .path("hits")
                        .forEach(hit -> ids.add(hit.path("_id").asText()));
                answers.add(new Answer(ids, response.path("status").asInt() != 200));
            }
            return answers;
        } catch (IOException e) {
            throw new Unavailable(e.getMessage(), e);
        }
    }

    private ObjectNode body(ContentQuery query) {
        ObjectNode body = JSON.createObjectNode();
        body.put("size", query.limit());
        body.put("_source", false);
        body.put("track_total_hits", false);
        body.put("timeout", deadline.toMillis() + "ms");
        ArrayNode filters = body.putObject("query").putObject("bool").putArray("filter");
        term(filters, "state", ContentState.LIVE.name());
        any(filters, "topics", query.topics());
        any(filters, "authorId", query.authors());
        any(filters, "kind", query.kinds().stream().map(Enum::name).toList());
        any(filters, "city", query.cities());
        if (query.authors().isEmpty()) {
            term(filters, "visibility", Visibility.PUBLIC.name()); // others are proposed by their authors' sources
        }
        ArrayNode sort = body.putArray("sort");
        switch (query.order()) {
            case TREND ->
                sort.addObject().putObject("trend").put("order", "desc").put("missing", "_last");
            case NEWEST -> sort.addObject().putObject("createdAt").put("order", "desc");
            case SHUFFLED -> sort.addObject().putObject("random").put("order", "desc");
        }
        sort.addObject().putObject("id").put("order", "asc");
        return body;
    }

    private static void term(ArrayNode filters, String field, String value) {
        filters.addObject().putObject("term").put(field, value);
    }

    private static void any(ArrayNode filters, String field, Collection<String> values) {
        if (!values.isEmpty()) {
            ArrayNode terms = filters.addObject().putObject("terms").putArray(field);
            values.forEach(terms::add);
        }
    }
}
