package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.ranking.SplitRule;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitWordsTest {
    /** All that the split says. */
    static Stream<String> keys() {
        return Stream.of(SplitRule.values()).flatMap(rule -> Stream.of("cost", "gave", "none")
                .map(effect -> "split." + rule.code() + "." + effect));
    }

    @Test
    void every_rule_has_a_sentence_for_what_it_cost_and_gave_in_every_language() {
        for (Locale language : List.of(Locale.ENGLISH, Locale.CHINESE, Locale.FRENCH)) {
            for (SplitRule rule : SplitRule.values()) {
                List<String> said = Stream.of(-1_234.0, 1_234.0, 0.0)
                        .map(impressions -> SplitWords.of(rule.code(), impressions, 45, language))
                        .toList();
                assertThat(said)
                        .as("%s in %s", rule, language)
                        .doesNotHaveDuplicates()
                        .allSatisfy(one -> assertThat(one).doesNotContain("{", "}", "''", rule.code()));
                assertThat(said.get(0)).containsPattern("1.?230").contains("50");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-123 | 34 | The rule that spreads authors cost you about 120 impressions (± 30)",
                "123 | 4.4 | The rule that spreads authors gave you about 123 impressions (± 4)",
                "-1 | 0 | The rule that spreads authors cost you about one impression (± 0)",
                "-12345 | 950 | The rule that spreads authors cost you about 12,300 impressions (± 1,000)",
                "20 | 20 | The rule that spreads authors made no difference to you that can be told",
                "0.2 | 0 | The rule that spreads authors made no difference to you that can be told"
            })
    void it_says_no_more_than_is_known(double impressions, double error, String sentence) {
        assertThat(SplitWords.of("author-spread", impressions, error, Locale.ENGLISH))
                .isEqualTo(sentence);
    }

    @Test
    void it_speaks_chinese_and_french() {
        assertThat(SplitWords.of("small-authors", 120, 30, Locale.CHINESE)).isEqualTo("留给小创作者的位置，让你多了约120次展示（±30）");
        assertThat(SplitWords.of("author-spread", -120, 30, Locale.FRENCH))
                .isEqualTo(
                        "La règle qui évite qu'un même compte revienne trop souvent vous a coûté environ 120 affichages (± 30)");
    }

    @Test
    void a_rule_that_is_not_known_is_told_by_its_code() {
        assertThat(SplitWords.of("magic", -120, 30, Locale.ENGLISH)).isEqualTo("magic");
    }
}
