package io.tuijian.launcher.tables;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.sql.SQLException;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * A view of SQL over the files of one topic. Times are UTC. Names are those of the
 * records with underscores, but {@code at} and {@code from}, which are words of SQL.
 *
 * @param columns name and type of each, as SQL
 * @param key columns that name a row
 * @param newest which of the rows of a key counts: the first in this order
 * @param state whether the files hold changes of what is, so that also those before the first day count
 */
record View<T extends SpecificRecord>(
        String name, Topic<T> topic, String columns, Rows<T> rows, String key, String newest, boolean state) {

    /** Writes the rows of a record. */
    interface Rows<T> {
        void write(T record, String generation, Row to) throws SQLException;
    }

    private static final String NAMES = "map(varchar, varchar)";
    private static final String NUMBERS = "map(varchar, double)";

    static final View<Example> EXAMPLES = new View<>(
            "examples",
            Topics.EXAMPLES,
            """
            id varchar, feed_id varchar, viewer_id varchar, content_id varchar, author_id varchar, kind varchar, \
            surface varchar, served_at timestamp, position integer, propensity double, feature_names varchar[], \
            features float[], labels %s, watched_millis bigint, sample_rate double, correction integer, \
            origin varchar, topics varchar[], duration_millis bigint, generation varchar\
            """.formatted(NUMBERS),
            View::write,
            "id",
            "generation desc, correction desc",
            false);

    static final View<Served> SERVED = new View<>(
            "served", Topics.SERVED, """
            feed_id varchar, viewer_id varchar, served_at timestamp, surface varchar, tab varchar, session_id varchar, \
            device varchar, city varchar, zone varchar, model_version varchar, weights_version varchar, \
            retrieval_version varchar, temperature double, experiment_arms %s, degraded varchar[], origin varchar, \
            first_position integer, items integer\
            """.formatted(NAMES), View::write, "feed_id, first_position", "served_at", false);

    static final View<Served> SERVED_ITEMS = new View<>(
            "served_items",
            Topics.SERVED,
            """
            feed_id varchar, viewer_id varchar, served_at timestamp, surface varchar, model_version varchar, origin varchar, \
            content_id varchar, author_id varchar, position integer, source varchar, score double, \
            probabilities %s, factors %s, propensity double, reasons varchar[], turn varchar, features float[]\
            """.formatted(NUMBERS, NUMBERS),
            View::writeItems,
            "feed_id, position",
            "served_at",
            false);

    static final View<Fate> FATES = new View<>(
            "fates",
            Topics.FATES,
            """
            feed_id varchar, viewer_id varchar, served_at timestamp, surface varchar, rate double, content_id varchar, \
            author_id varchar, sources varchar[], stage varchar, rule varchar, position integer, probabilities %s, \
            factors %s, without %s, weight double\
            """.formatted(NUMBERS, NUMBERS, NUMBERS),
            View::write,
            "feed_id, served_at, content_id",
            "served_at",
            false);

    static final View<Engagement> ENGAGEMENTS =
            new View<>("engagements", Topics.ENGAGEMENTS, """
            id varchar, viewer_id varchar, content_id varchar, action varchar, happened_at timestamp, received_at timestamp, \
            watched_millis bigint, amount_minor bigint, currency varchar, rating integer, text varchar, \
            audience varchar, touchpoint varchar, via varchar, device varchar, feed_id varchar, position integer, \
            surface varchar, session_id varchar, undoes varchar, order_id varchar, origin varchar\
            """, View::write, "viewer_id, id", "received_at", false);

    static final View<Content> CONTENTS =
            new View<>("contents", Topics.CONTENTS, """
            id varchar, author_id varchar, author_name varchar, kind varchar, created_at timestamp, \
            starts_at timestamp, expires_at timestamp, text varchar, topics varchar[], city varchar, \
            group_id varchar, original_id varchar, series_id varchar, part integer, product_ids varchar[], \
            brand_id varchar, sponsored boolean, visibility varchar, state varchar, safety_labels varchar[], \
            language varchar, provenance varchar, duration_millis bigint, price_minor bigint, currency varchar, \
            stock integer, shop_id varchar, commission_rate double, version bigint\
            """, View::write, "id", "version desc", true);

    static final View<Relation> RELATIONS = new View<>(
            "relations", Topics.RELATIONS, """
            from_id varchar, kind varchar, to_id varchar, active boolean, changed_at timestamp, expires_at timestamp, \
            provenance varchar, value double\
            """, View::write, "from_id, kind, to_id", "changed_at desc", true);

    static final List<View<?>> ALL = List.of(EXAMPLES, SERVED, SERVED_ITEMS, FATES, ENGAGEMENTS, CONTENTS, RELATIONS);

    private static void write(Example it, String generation, Row to) throws SQLException {
        to.begin()
                .text(it.getId())
                .text(it.getFeedId())
                .text(it.getViewerId())
                .text(it.getContentId())
                .text(it.getAuthorId())
                .symbol(it.getKind())
                .symbol(it.getSurface())
                .time(it.getServedAt())
                .whole(it.getPosition())
                .number(it.getPropensity())
                .texts(it.getFeatureNames())
                .numbers(it.getFeatures())
                .map(it.getLabels())
                .whole(it.getWatchedMillis())
                .number(it.getSampleRate())
                .whole(it.getCorrection())
                .symbol(it.getOrigin())
                .texts(it.getTopics())
                .whole(it.getDurationMillis())
                .text(generation)
                .end();
    }

    private static void write(Served it, String generation, Row to) throws SQLException {
        List<ServedItem> items = it.getItems();
        to.begin()
                .text(it.getFeedId())
                .text(it.getViewerId())
                .time(it.getAt())
                .symbol(it.getSurface())
                .text(it.getTab())
                .text(it.getSessionId())
                .text(it.getDevice())
                .text(it.getCity())
                .text(it.getZone())
                .text(it.getModelVersion())
                .text(it.getWeightsVersion())
                .text(it.getRetrievalVersion())
                .number(it.getTemperature())
                .map(it.getExperimentArms())
                .texts(it.getDegraded())
                .symbol(it.getOrigin())
                .whole(items.isEmpty() ? null : Integer.valueOf(items.get(0).getPosition()))
                .whole(items.size())
                .end();
    }

    private static void writeItems(Served it, String generation, Row to) throws SQLException {
        for (ServedItem item : it.getItems()) {
            to.begin()
                    .text(it.getFeedId())
                    .text(it.getViewerId())
                    .time(it.getAt())
                    .symbol(it.getSurface())
                    .text(it.getModelVersion())
                    .symbol(it.getOrigin())
                    .text(item.getContentId())
                    .text(item.getAuthorId())
                    .whole(item.getPosition())
                    .text(item.getSource())
                    .number(item.getScore())
                    .map(item.getProbabilities())
                    .map(item.getFactors())
                    .number(item.getPropensity())
                    .texts(item.getReasons())
                    .text(item.getTurn())
                    .numbers(item.getFeatures())
                    .end();
        }
    }

    private static void write(Fate it, String generation, Row to) throws SQLException {
        for (FateOfCandidate candidate : it.getCandidates()) {
            to.begin()
                    .text(it.getFeedId())
                    .text(it.getViewerId())
                    .time(it.getAt())
                    .symbol(it.getSurface())
                    .number(it.getRate())
                    .text(candidate.getContentId())
                    .text(candidate.getAuthorId())
                    .texts(candidate.getSources())
                    .symbol(candidate.getStage())
                    .text(candidate.getRule())
                    .whole(candidate.getPosition())
                    .map(candidate.getProbabilities())
                    .map(candidate.getFactors())
                    .map(candidate.getWithout())
                    .number(candidate.getWeight())
                    .end();
        }
    }

    private static void write(Engagement it, String generation, Row to) throws SQLException {
        to.begin()
                .text(it.getId())
                .text(it.getViewerId())
                .text(it.getContentId())
                .symbol(it.getAction())
                .time(it.getAt())
                .time(it.getReceivedAt())
                .whole(it.getWatchedMillis())
                .whole(it.getAmountMinor())
                .text(it.getCurrency())
                .whole(it.getRating())
                .text(it.getText())
                .symbol(it.getAudience())
                .text(it.getTouchpoint())
                .text(it.getVia())
                .text(it.getDevice())
                .text(it.getFeedId())
                .whole(it.getPosition())
                .symbol(it.getSurface())
                .text(it.getSessionId())
                .text(it.getUndoes())
                .text(it.getOrderId())
                .symbol(it.getOrigin())
                .end();
    }

    private static void write(Content it, String generation, Row to) throws SQLException {
        ItemDetail item = it.getItem();
        to.begin()
                .text(it.getId())
                .text(it.getAuthorId())
                .text(it.getAuthorName())
                .symbol(it.getKind())
                .time(it.getCreatedAt())
                .time(it.getStartsAt())
                .time(it.getExpiresAt())
                .text(it.getText())
                .texts(it.getTopics())
                .text(it.getCity())
                .text(it.getGroupId())
                .text(it.getOriginalId())
                .text(it.getSeriesId())
                .whole(it.getPart())
                .texts(it.getProductIds())
                .text(it.getBrandId())
                .truth(it.getSponsored())
                .symbol(it.getVisibility())
                .symbol(it.getState())
                .texts(it.getSafetyLabels().stream().map(Enum::name).toList())
                .text(it.getLanguage())
                .symbol(it.getProvenance())
                .whole(it.getVideo() == null ? null : Long.valueOf(it.getVideo().getDurationMillis()))
                .whole(item == null ? null : Long.valueOf(item.getPriceMinor()))
                .text(item == null ? null : item.getCurrency())
                .whole(item == null ? null : item.getStock())
                .text(item == null ? null : item.getShopId())
                .number(item == null ? null : item.getCommissionRate())
                .whole(it.getVersion())
                .end();
    }

    private static void write(Relation it, String generation, Row to) throws SQLException {
        to.begin()
                .text(it.getFrom())
                .symbol(it.getKind())
                .text(it.getTo())
                .truth(it.getActive())
                .time(it.getAt())
                .time(it.getExpiresAt())
                .symbol(it.getProvenance())
                .number(it.getValue())
                .end();
    }
}
