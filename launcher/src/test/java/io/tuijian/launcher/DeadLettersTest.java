package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A letter is known by its place, a refused document by its key as well. */
class DeadLettersTest {
    private static DeadLetter letter(String topic, String key, int second) {
        ByteBuffer bytes = key == null ? null : ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
        return new DeadLetter(topic, 0, 3L, bytes, null, "refused", Instant.EPOCH.plusSeconds(second));
    }

    @Test
    void documents_of_the_same_version_are_told_apart() {
        var place = DeadLetters.Place.of(letter("index:contents", "c1", 0));
        assertThat(DeadLetters.Place.of(letter("index:contents", "c1", 1))).isEqualTo(place);
        assertThat(DeadLetters.Place.of(letter("index:contents", "c2", 0))).isNotEqualTo(place);
        assertThat(DeadLetters.Place.of(letter("engagements", null, 0)))
                .isEqualTo(DeadLetters.Place.of(letter("engagements", null, 1)));
    }
}
