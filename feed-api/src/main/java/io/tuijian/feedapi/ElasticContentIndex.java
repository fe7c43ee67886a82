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
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The content index in Elasticsearch: one round trip per request, ids only. */
public final class ElasticContentIndex implements ContentIndex {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How many are looked at for each one that is wanted, where the index has a graph; and at most, as it allows. */
    private static final int CANDIDATES_PER_HIT = 2;

    private static final int FEWEST_CANDIDATES = 200;
    private static final int MOST_CANDIDATES = 10_000;
    private static final String ANSWER =
            "responses.status,responses._shards.failed,responses.timed_out,responses.hits.hits.fields.id";

    private final Elasticsearch elasticsearch;
    private final Duration deadline;
    private final String name;

    public ElasticContentIndex(Elasticsearch elasticsearch, Duration deadline) {
        this(elasticsearch, deadline, Indices.CONTENTS.name());
    }

    ElasticContentIndex(Elasticsearch elasticsearch, Duration deadline, String name) {
        this.elasticsearch = elasticsearch;
        this.name = name;
        this.deadline = deadline;
    }

    /**
     * What is nearest takes the longer the more vectors there are, and nothing ends it early: it is asked for at the same
     * time but apart, and left out if it takes more than half of the deadline.
     */
    @Override
    public List<Answer> search(List<ContentQuery> queries) throws Unavailable {
        List<ContentQuery> apart =
                queries.stream().filter(query -> query.near() != null).toList();
        List<ContentQuery> together = queries.stream()
                .filter(query -> query.near() == null)
                .flatMap(ElasticContentIndex::searches)
                .toList();
        Elasticsearch.Call nearest = start(apart);
        Iterator<Answer> others;
        try {
            others = answers(start(together), together.size(), deadline).iterator();
        } catch (IOException e) {
            if (nearest != null) {
                nearest.cancel();
            }
            throw new Unavailable(e.getMessage(), e);
        }
        Iterator<Answer> near = nearest(nearest, apart.size()).iterator();
        return queries.stream()
                .map(query -> query.near() != null
                        ? near.next()
                        : goesRound(query) ? round(others.next(), others.next(), query.limit()) : others.next())
                .toList();
    }

    private static boolean goesRound(ContentQuery query) {
        return query.order() == ContentQuery.Order.SHUFFLED && query.from() < 1;
    }

    /** What goes round is asked for from its beginning downwards, and from the top. */
    private static Stream<ContentQuery> searches(ContentQuery query) {
        return goesRound(query) ? Stream.of(query, query.fromTop()) : Stream.of(query);
    }

    /** If the first ended before it was full, it holds all that lies below, and the top goes on. */
    private static Answer round(Answer down, Answer top, int limit) {
        if (down.failed() || top.failed()) {
            return new Answer(List.of(), true);
        }
        Set<String> ids = new LinkedHashSet<>(down.contentIds());
        ids.addAll(top.contentIds());
        return new Answer(ids.stream().limit(limit).toList(), false);
    }

    private List<Answer> nearest(Elasticsearch.Call call, int count) {
        try {
            return answers(call, count, deadline.dividedBy(2));
        } catch (IOException e) {
            return Collections.nCopies(count, new Answer(List.of(), true));
        }
    }

    /** Null if there is nothing to ask. */
    private Elasticsearch.Call start(List<ContentQuery> queries) {
        if (queries.isEmpty()) {
            return null;
        }
        StringBuilder body = new StringBuilder();
        for (ContentQuery query : queries) {
            body.append("{\"index\":\"").append(name).append("\"}\n");
            body.append(body(query)).append('\n');
        }
        return elasticsearch.start("GET", "/_msearch?filter_path=" + ANSWER, body.toString());
    }

    private static List<Answer> answers(Elasticsearch.Call call, int count, Duration deadline) throws IOException {
        if (call == null) {
            return List.of();
        }
        List<Answer> answers = new ArrayList<>();
        for (JsonNode response : call.within(deadline).path("responses")) {
            List<String> ids = new ArrayList<>();
            response.path("hits")
                    .path("hits")
                    .forEach(
                            hit -> ids.add(hit.path("fields").path("id").path(0).asText()));
            answers.add(new Answer(ids, !whole(response)));
        }
        if (answers.size() != count) {
            throw new IOException("Elasticsearch answered " + answers.size() + " of " + count + " searches");
        }
        return answers;
    }

    /** False also if a shard is missing or broke off: what is there need not be the best, nor all. */
    static boolean whole(JsonNode response) {
        return response.path("status").asInt() == 200
                && response.at("/_shards/failed").asInt() == 0
                && !response.path("timed_out").asBoolean();
    }

    private ObjectNode body(ContentQuery query) {
        ObjectNode body = JSON.createObjectNode();
        body.put("size", query.limit());
        body.put("_source", false);
        body.put("stored_fields", "_none_"); // the id from its column: beside _id a whole document would be unpacked
        body.putArray("docvalue_fields").add("id");
        body.put("track_total_hits", false);
        body.put("timeout", deadline.toMillis() + "ms");
        if (query.near() != null) {
            filter(nearest(body.putObject("knn"), query).putArray("filter"), query);
            return body;
        }
        if (query.onePerTopic()) {
            body.putObject("collapse").put("field", "topic");
        }
        filter(body.putObject("query").putObject("bool").putArray("filter"), query);
        ArrayNode sort = body.putArray("sort");
        switch (query.order()) {
            case TREND ->
                sort.addObject().putObject("trend").put("order", "desc").put("missing", "_last");
            case NEWEST -> sort.addObject().putObject("createdAt").put("order", "desc");
            case SHUFFLED -> sort.addObject().putObject("random").put("order", "desc");
            case NEAREST -> throw new IllegalArgumentException("nearest to nothing");
        }
        sort.addObject().putObject("id").put("order", "asc");
        return body;
    }

    private static ObjectNode nearest(ObjectNode knn, ContentQuery query) {
        int wanted = Math.min(query.limit(), MOST_CANDIDATES);
        knn.put("field", Indices.vector(query.near().field()));
        knn.put("k", wanted);
        knn.put("num_candidates", Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, CANDIDATES_PER_HIT * wanted)));
        ArrayNode vector = knn.putArray("query_vector");
        float[] values = query.near().vector();
        for (int i = 0; i < Indices.VECTOR_DIMENSIONS; i++) {
            vector.add(i < values.length ? values[i] : 0); // a zero changes no dot product
        }
        return knn;
    }

    private static void filter(ArrayNode filters, ContentQuery query) {
        if (query.near() != null) {
            term(
                    filters,
                    Indices.vectorVersion(query.near().field()),
                    query.near().version());
        }
        term(filters, "state", ContentState.LIVE.name());
        any(filters, "topics", query.topics());
        any(filters, "authorId", query.authors());
        any(filters, "kind", query.kinds().stream().map(Enum::name).toList());
        any(filters, "city", query.cities());
        any(filters, "groupId", query.groups());
        if (query.since() != null) {
            range(filters, "createdAt").put("gte", query.since().toEpochMilli());
        }
        if (query.mostSights() != null) {
            range(filters, "sights").put("lte", query.mostSights());
        }
        if (goesRound(query)) {
            range(filters, "random").put("lte", (float) query.from());
        }
        if (query.authors().isEmpty()) {
            term(filters, "visibility", Visibility.PUBLIC.name()); // others are proposed by their authors' sources
        }
    }

    private static void term(ArrayNode filters, String field, String value) {
        filters.addObject().putObject("term").put(field, value);
    }

    private static ObjectNode range(ArrayNode filters, String field) {
        return filters.addObject().putObject("range").putObject(field);
    }

    private static void any(ArrayNode filters, String field, Collection<String> values) {
        if (!values.isEmpty()) {
            ArrayNode terms = filters.addObject().putObject("terms").putArray(field);
            values.forEach(terms::add);
        }
    }
}
