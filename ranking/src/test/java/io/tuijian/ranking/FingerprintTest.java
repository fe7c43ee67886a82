package io.tuijian.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final String SAID =
            "Today I show you how my grandmother made her dumplings, step by step, with all the secrets she had";

    @Test
    void case_spaces_punctuation_and_pictographs_do_not_count() {
        assertThat(Fingerprint.of("  TODAY I show you: how my grandmother made her dumplings!! step-by-step "
                        + "\uD83E\uDD5F with all the secrets she had…"))
                .isEqualTo(Fingerprint.of(SAID));
    }

    @Test
    void what_says_little_or_nothing_is_not_compared() {
        assertThat(Fingerprint.of(null)).isEqualTo(Fingerprint.NONE);
        assertThat(Fingerprint.of("a".repeat(39))).isEqualTo(Fingerprint.NONE);
        assertThat(Fingerprint.of("a".repeat(40))).isNotEqualTo(Fingerprint.NONE);
        assertThat(Fingerprint.of("a . ".repeat(39))).isEqualTo(Fingerprint.NONE);
        assertThat(Fingerprint.near(Fingerprint.NONE, Fingerprint.NONE)).isFalse();
        assertThat(Fingerprint.near(Fingerprint.NONE, 1)).isFalse();
    }

    @Test
    void forty_characters_of_chinese_say_enough() {
        String said = "今天给大家看看奶奶怎么包饺子一步一步都告诉你们所有的秘密都在这个视频里快来看看吧不要错过哦";
        assertThat(Fingerprint.of(said)).isNotEqualTo(Fingerprint.NONE);
        assertThat(Fingerprint.near(Fingerprint.of(said), Fingerprint.of(said + "！！🥟")))
                .isTrue();
    }

    @Test
    void a_word_more_in_a_long_text_is_mostly_near_and_other_texts_are_far() {
        Random random = new Random(7);
        int near = 0;
        for (int i = 0; i < 200; i++) {
            String text = words(random, 120);
            near += Fingerprint.near(Fingerprint.of(text), Fingerprint.of(text + " " + words(random, 1))) ? 1 : 0;
            assertThat(Fingerprint.near(Fingerprint.of(text), Fingerprint.of(words(random, 120))))
                    .isFalse();
        }
        assertThat(near).isGreaterThan(150);
    }

    private static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            for (int length = 3 + random.nextInt(5); length > 0; length--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append(' ');
        }
        return text.toString();
    }
}
