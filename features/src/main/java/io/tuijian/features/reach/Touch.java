package io.tuijian.features.reach;

import io.tuijian.features.Outcome;
import io.tuijian.schemas.Action;

/**
 * One contact between a content and a viewer, the event of the reach fold: it was served to them, or they did
 * something.
 *
 * @param action what they did, null if it was served
 * @param weight 1, or −1 for what was taken back
 * @param watchedMillis what was watched, only with {@code WATCH}
 * @param amountMinor minor units of the currency, only with {@code PURCHASE} and {@code REFUND}
 * @param currency ISO 4217, null without an amount
 */
public record Touch(
        String authorId,
        String contentId,
        String viewerId,
        long atMillis,
        Action action,
        int weight,
        long watchedMillis,
        long amountMinor,
        String currency) {

    public static Touch served(String authorId, String contentId, String viewerId, long atMillis) {
        return new Touch(authorId, contentId, viewerId, atMillis, null, 1, 0, 0, null);
    }

    public static Touch of(Outcome outcome, long amountMinor, String currency) {
        return new Touch(
                outcome.authorId(),
                outcome.contentId(),
                outcome.viewerId(),
                outcome.atMillis(),
                outcome.action(),
                outcome.weight(),
                outcome.action() == Action.WATCH ? outcome.watchedMillis() : 0,
                amountMinor,
                currency);
    }
}
