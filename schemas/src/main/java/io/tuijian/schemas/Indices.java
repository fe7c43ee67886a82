package io.tuijian.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Every Elasticsearch index: its name and its mapping, a JSON body for index creation. */
public final class Indices {
    /** Whole content documents with their statistics; id = content id. */
    public static final Index CONTENTS = new Index("contents", read("contents.json"));

    /** What a cursor remembers; one index a day, {@code timelines-2026.11.21}, kept 8 days. */
    public static final Index TIMELINES = new Index("timelines", read("timelines.json"));

    /** Reach per author and content, by hour and day; the id is {@code author|content|hour} of a content's hour. */
    public static final Index REACH = new Index("reach", read("reach.json"));

    /** Comments and questions under contents; id = {@code viewer|engagement}. One taken back is an empty document. */
    public static final Index COMMENTS = new Index("comments", read("comments.json"));

    /** What is left of items that have a stock; id = content id. Written by the servers themselves. */
    public static final Index STOCK = new Index("stock", read("stock.json"));

    /** How long the vectors of {@link #CONTENTS} are; one that is shorter ends in zeros, which changes no dot product. */
    public static final int VECTOR_DIMENSIONS = 256;

    public static final List<Index> ALL = List.of(CONTENTS, TIMELINES, REACH, COMMENTS, STOCK);

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(ZoneOffset.UTC);

    private Indices() {}

    /** An index name and the body that creates it. */
    public record Index(String name, String body) {
        /** The name of the daily index that holds this moment. */
        public String of(Instant day) {
            return name + "-" + DAY.format(day);
        }
    }

    /** The field of {@link #CONTENTS} that holds these vectors. */
    public static String vector(VectorField field) {
        return "vector" + field;
    }

    /** The field of {@link #CONTENTS} that says of which model version the vector of a document is. */
    public static String vectorVersion(VectorField field) {
        return "vector" + field + "Version";
    }

    private static String read(String file) {
        try (InputStream in = Indices.class.getResourceAsStream("indices/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
