package io.tuijian.feedapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tuijian.schemas.Content;
import java.util.List;

/** A content as clients see it; times are ISO-8601 in UTC. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ContentView(
        String id,
        String kind,
        String authorId,
        String authorName,
        List<String> topics,
        String text,
        String createdAt,
        String startsAt,
        String expiresAt,
        String city,
        String language,
        String visibility,
        String originalId,
        String seriesId,
        Integer part,
        boolean sponsored,
        String provenance,
        Video video,
        Item item) {

    record Video(long durationMillis) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(long priceMinor, String currency, Integer stock, String shopId) {}

    static ContentView of(Content content) {
        return new ContentView(
                content.getId(),
                content.getKind().name(),
                content.getAuthorId(),
                content.getAuthorName(),
                content.getTopics(),
                content.getText(),
                content.getCreatedAt().toString(),
                content.getStartsAt() == null ? null : content.getStartsAt().toString(),
                content.getExpiresAt() == null ? null : content.getExpiresAt().toString(),
                content.getCity(),
                content.getLanguage(),
                content.getVisibility().name(),
                content.getOriginalId(),
                content.getSeriesId(),
                content.getPart(),
                content.getSponsored(),
                content.getProvenance().name(),
                content.getVideo() == null ? null : new Video(content.getVideo().getDurationMillis()),
                content.getItem() == null
                        ? null
                        : new Item(
                                content.getItem().getPriceMinor(),
                                content.getItem().getCurrency(),
                                content.getItem().getStock(),
                                content.getItem().getShopId()));
    }
}
