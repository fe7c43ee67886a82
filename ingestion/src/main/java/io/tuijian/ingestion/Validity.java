package io.tuijian.ingestion;

import io.tuijian.features.Facts;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.VectorField;
import java.time.Duration;
import java.time.Instant;

/** What is wrong with a record that could be decoded: one line, or null if it may be counted. */
final class Validity {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final int LONGEST_TEXT = 10_000;
    private static final int LONGEST_ID = 100;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_CURRENCY = 10;
    private static final int MOST_TOPICS = 20;
    private static final int MOST_ITEMS = 1_000;

    private static final String TOO_LONG = "id or name longer than " + LONGEST_NAME + " code points";

    private Validity() {}

    static String of(Engagement engagement, Instant now) {
        if (missing(engagement.getId()) || missing(engagement.getViewerId()) || missing(engagement.getContentId())) {
            return "missing id";
        }
        if (strange(engagement.getContentId())) {
            return "strange id";
        }
        if (anyTooLong(
                engagement.getId(),
                engagement.getViewerId(),
                engagement.getFeedId(),
                engagement.getUndoes(),
                engagement.getSessionId(),
                engagement.getOrderId(),
                engagement.getTouchpoint(),
                engagement.getVia(),
                engagement.getDevice())) {
            return TOO_LONG;
        }
        if (engagement.getAction() == Action.UNKNOWN) {
            return "unknown action";
        }
        if (engagement.getAt().isAfter(engagement.getReceivedAt())) {
            return "happened after it was received";
        }
        Long watched = engagement.getWatchedMillis();
        if (watched != null && watched < 0) {
            return "negative watch time";
        }
        Long amount = engagement.getAmountMinor();
        if (amount != null && (amount < 0 || missing(engagement.getCurrency()))) {
            return amount < 0 ? "negative amount" : "amount without currency";
        }
        if (amount != null && !engagement.getCurrency().chars().allMatch(Character::isLetterOrDigit)) {
            return "strange currency"; // it becomes the name of a field
        }
        if (engagement.getCurrency() != null && engagement.getCurrency().length() > LONGEST_CURRENCY) {
            return "strange currency";
        }
        if (engagement.getText() != null && tooLong(engagement.getText())) {
            return "text longer than " + LONGEST_TEXT + " code points";
        }
        String problem = time(engagement.getAt(), now);
        return problem != null ? problem : time(engagement.getReceivedAt(), now);
    }

    static String of(Content content, Instant now) {
        if (missing(content.getId()) || missing(content.getAuthorId())) {
            return "missing id";
        }
        if (strange(content.getId()) || strange(content.getAuthorId())) {
            return "strange id";
        }
        if (anyTooLong(
                content.getCity(),
                content.getGroupId(),
                content.getOriginalId(),
                content.getOriginalAuthorId(),
                content.getSeriesId(),
                content.getBrandId(),
                content.getLanguage())) {
            return TOO_LONG;
        }
        if (content.getItem() != null
                && content.getItem().getCurrency() != null
                && content.getItem().getCurrency().length() > LONGEST_CURRENCY) {
            return "strange currency";
        }
        if (content.getTopics().size() > MOST_TOPICS
                || content.getTopics().stream().anyMatch(Validity::strange)) {
            return "too many topics, or strange ones";
        }
        if (tooLong(content.getText())) {
            return "text longer than " + LONGEST_TEXT + " code points";
        }
        if (content.getVersion() < 0 || content.getVersion() > ContentDocument.GREATEST_VERSION) {
            return "version out of range";
        }
        return time(content.getCreatedAt(), now);
    }

    static String of(Served served, Instant now) {
        if (missing(served.getFeedId()) || missing(served.getViewerId())) {
            return "missing id";
        }
        if (anyTooLong(
                served.getFeedId(),
                served.getViewerId(),
                served.getTab(),
                served.getSessionId(),
                served.getDevice(),
                served.getCity(),
                served.getZone(),
                served.getModelVersion(),
                served.getWeightsVersion())) {
            return TOO_LONG;
        }
        if (served.getItems().size() > MOST_ITEMS) {
            return "more than " + MOST_ITEMS + " items";
        }
        for (ServedItem item : served.getItems()) {
            if (missing(item.getContentId()) || missing(item.getAuthorId())) {
                return "missing id";
            }
            if (strange(item.getContentId()) || strange(item.getAuthorId())) {
                return "strange id";
            }
        }
        return time(served.getAt(), now);
    }

    static String of(Fate fate, Instant now) {
        if (missing(fate.getFeedId()) || missing(fate.getViewerId())) {
            return "missing id";
        }
        if (anyTooLong(fate.getFeedId(), fate.getViewerId())) {
            return TOO_LONG;
        }
        if (!(fate.getRate() > 0 && fate.getRate() <= 1)) {
            return "rate out of range";
        }
        for (FateOfCandidate candidate : fate.getCandidates()) {
            if (missing(candidate.getContentId()) || missing(candidate.getAuthorId())) {
                return "missing id";
            }
            if (strange(candidate.getContentId()) || strange(candidate.getAuthorId())) {
                return "strange id";
            }
            if (candidate.getWithout().values().stream().anyMatch(shown -> !(shown >= 0 && shown <= 1))) {
                return "shown without a rule neither 0 nor 1";
            }
        }
        return time(fate.getAt(), now);
    }

    static String of(Relation relation, Instant now) {
        if (missing(relation.getFrom()) || missing(relation.getTo())) {
            return "missing id";
        }
        if (anyTooLong(relation.getFrom(), relation.getTo())) {
            return TOO_LONG;
        }
        return time(relation.getAt(), now);
    }

    static String of(ContentStateRecord state, Instant now) {
        return missing(state.getContentId()) ? "missing id" : null;
    }

    /** An empty vector takes those of its version away, in whatever field. */
    static String of(ContentEmbedding embedding, Instant now) {
        if (missing(embedding.getContentId()) || missing(embedding.getModelVersion())) {
            return "missing id";
        }
        if (strange(embedding.getContentId()) || strange(embedding.getModelVersion())) {
            return "strange id";
        }
        if (embedding.getVector().isEmpty()) {
            return null;
        }
        if (embedding.getField() == VectorField.UNKNOWN) {
            return "vector without a field";
        }
        if (embedding.getAssignment() < 0) {
            return "negative assignment";
        }
        if (embedding.getVector().size() > Indices.VECTOR_DIMENSIONS) {
            return "vector longer than " + Indices.VECTOR_DIMENSIONS;
        }
        return embedding.getVector().stream().allMatch(Float::isFinite)
                ? null
                : "vector with a value that is no number";
    }

    /** Whether it can be the id of an author. */
    static boolean isAuthor(String id) {
        return Facts.isAuthor(id) && !strange(id);
    }

    private static boolean missing(String text) {
        return text == null || text.isBlank();
    }

    /** Ids become parts of keys and document ids, so that they are short and plain. */
    private static boolean strange(String id) {
        return id.length() > LONGEST_ID || !id.chars().allMatch(c -> c > ' ' && c < 127 && c != '|');
    }

    private static boolean tooLong(String text) {
        return longer(text, LONGEST_TEXT);
    }

    /** What is not part of a key need not be plain, but short. */
    private static boolean anyTooLong(String... names) {
        for (String name : names) {
            if (name != null && longer(name, LONGEST_NAME)) {
                return true;
            }
        }
        return false;
    }

    private static boolean longer(String text, int most) {
        return text.length() > most && text.codePointCount(0, text.length()) > most;
    }

    private static String time(Instant at, Instant now) {
        if (at.isBefore(EARLIEST)) {
            return "before 2000";
        }
        return at.isAfter(now.plus(CLOCKS_DIFFER)) ? "in the future" : null;
    }
}
