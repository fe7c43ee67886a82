package io.tuijian.launcher.population;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.schemas.ContentKind;

/** Reads contents of a page; of one from another world, the quality is a matter of its author's and its own id. */
final class Strangers {
    private static final int USUAL_DURATION_MILLIS = 30_000;
    private static final double AUTHOR_QUALITY = 0.35;
    private static final double OWN_QUALITY = 0.35;

    private Strangers() {}

    static Work work(Population population, JsonNode content) {
        String id = content.path("id").asText();
        int own = Work.indexOf(id);
        if (own >= 0 && own < population.contents().size()) {
            return population.contents().get(own);
        }
        JsonNode topics = content.path("topics");
        long key = Seeds.key(id);
        long author = Seeds.key(content.path("authorId").asText());
        ContentKind kind = kind(content.path("kind").asText());
        long duration = content.path("video").path("durationMillis").asLong(0);
        long price = content.path("item").path("priceMinor").asLong(0);
        return new Work(
                -1,
                -1,
                key,
                author,
                -1,
                kind,
                topic(population, topics.path(0).asText()),
                topic(population, topics.path(1).asText()),
                (float) (AUTHOR_QUALITY * Seeds.normal(population.seed(), author)
                        + OWN_QUALITY * Seeds.normal(population.seed(), key)),
                0,
                duration > 0 ? (int) Math.min(Integer.MAX_VALUE, duration) : USUAL_DURATION_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, price),
                0);
    }

    private static short topic(Population population, String id) {
        return (short) population.topics().indexOf(id);
    }

    private static ContentKind kind(String word) {
        return switch (word) {
            case "SHORT_VIDEO" -> ContentKind.SHORT_VIDEO;
            case "SHOP_ITEM" -> ContentKind.SHOP_ITEM;
            default -> ContentKind.POST;
        };
    }
}
