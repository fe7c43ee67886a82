package io.tuijian.features;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ItemDetail;
import java.util.List;

/**
 * What the folds need to know of a content.
 *
 * @param durationMillis 0 if unknown
 * @param priceMinor in minor units of the currency, 0 if it has no price
 * @param currency ISO 4217, empty if it has no price
 * @param commissionRate fraction of what is paid, 0 if there is none
 * @param brandId for whom it is; null if for nobody, or unknown since before it was kept
 */
public record Facts(
        String contentId,
        String authorId,
        ContentKind kind,
        List<String> topics,
        long durationMillis,
        long priceMinor,
        String currency,
        double commissionRate,
        String brandId) {
    /** An engagement with an author rather than a content carries the author's id, {@code a…}, in the content's place. */
    public static boolean isAuthor(String contentId) {
        return contentId.startsWith("a");
    }

    /** The facts of an engagement with an author. */
    public static Facts ofAuthor(String authorId) {
        return new Facts(authorId, authorId, ContentKind.UNKNOWN, List.of(), 0, 0, "", 0, null);
    }

    public static Facts of(Content content) {
        ItemDetail item = content.getItem();
        return new Facts(
                content.getId(),
                content.getAuthorId(),
                content.getKind(),
                content.getTopics(),
                content.getVideo() == null ? 0 : content.getVideo().getDurationMillis(),
                item == null ? 0 : item.getPriceMinor(),
                item == null ? "" : item.getCurrency(),
                item == null || item.getCommissionRate() == null ? 0 : item.getCommissionRate(),
                content.getBrandId());
    }
}
