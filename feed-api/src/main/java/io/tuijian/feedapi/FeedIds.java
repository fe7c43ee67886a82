package io.tuijian.feedapi;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;

/**
 * Makes and checks the ids of feeds and the cursors of their pages. Both are signed for one viewer, so that whose they
 * are needs no look-up; a feed id also tells the day, and so the index, of its timeline.
 */
final class FeedIds {
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final int DAY_LENGTH = 8;
    private static final int RANDOM_BYTES = 9;
    private static final int SIGNATURE_LENGTH = 12;

    private final SecureRandom random = new SecureRandom();
    private final Signer signer;

    FeedIds(Signer signer) {
        this.signer = signer;
    }

    /** A page of a feed; 0 is the first. */
    record Page(String feedId, String surface, int number) {}

    /** {@code f20261121} + random + signature. */
    String create(String viewerId, Instant now) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String id = "f" + DAY.format(now.atOffset(ZoneOffset.UTC).toLocalDate())
                + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return id + signer.sign(viewerId + ' ' + id);
    }

    boolean isOf(String viewerId, String feedId) {
        int cut = feedId.length() - SIGNATURE_LENGTH;
        return cut > DAY_LENGTH
                && day(feedId).isPresent()
                && signer.signed(viewerId + ' ' + feedId.substring(0, cut), feedId.substring(cut));
    }

    /** The day on which the feed began, or nothing if this is no feed id. */
    Optional<Instant> day(String feedId) {
        if (feedId.length() <= DAY_LENGTH + 1 || feedId.charAt(0) != 'f') {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(feedId.substring(1, 1 + DAY_LENGTH), DAY)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC));
        } catch (java.time.DateTimeException e) {
            return Optional.empty();
        }
    }

    String cursor(String viewerId, Page page) {
        String text = page.feedId + ' ' + page.surface + ' ' + page.number;
        String signed = text + ' ' + signer.sign("cursor " + viewerId + ' ' + text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed.getBytes(StandardCharsets.UTF_8));
    }

    /** The page that this cursor names; ends the request with 400 if it is not one of this viewer's. */
    Page page(String viewerId, String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int cut = text.lastIndexOf(' ');
            String[] parts = text.substring(0, Math.max(0, cut)).split(" ");
            if (parts.length == 3
                    && signer.signed("cursor " + viewerId + ' ' + text.substring(0, cut), text.substring(cut + 1))) {
                return new Page(parts[0], parts[1], Integer.parseInt(parts[2]));
            }
        } catch (IllegalArgumentException e) {
            // not even base64: the same answer as for a forged one
        }
        throw Problem.malformed("The cursor is not one that this service gave to this viewer.");
    }
}
