package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.ranking.Reason;
import io.tuijian.ranking.Signal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.CHINESE, Locale.FRENCH);
    private static final List<String> CODES = Signal.codes();

    private final Words words = new Words(Map.of("t-cats", Map.of("en", "cats", "zh", "猫", "fr", "les chats")));

    @Test
    void every_reason_has_a_sentence_in_every_language() {
        for (Locale language : SPOKEN) {
            for (String code : CODES) {
                assertThat(words.of(new Reason(code, "t-cats"), "Bob", language))
                        .as("%s in %s", code, language)
                        .isNotBlank()
                        .isNotEqualTo(code)
                        .doesNotContain("{", "}");
            }
        }
    }

    @Test
    void every_language_has_the_same_sentences() {
        assertThat(SPOKEN)
                .allSatisfy(language -> assertThat(ResourceBundle.getBundle("io.tuijian.feedapi.words", language)
                                .keySet())
                        .containsExactlyInAnyOrderElementsOf(
                                Stream.concat(CODES.stream().map(code -> "why." + code), SplitWordsTest.keys())
                                        .toList()));
    }

    @Test
    void a_sentence_names_what_the_reason_is_about_if_that_has_a_name() {
        for (Locale language : SPOKEN) {
            ResourceBundle sentences = ResourceBundle.getBundle("io.tuijian.feedapi.words", language);
            for (Signal signal : Signal.values()) {
                boolean named = signal.about() == Signal.About.TOPIC || signal.about() == Signal.About.AUTHOR;
                assertThat(sentences.getString("why." + signal.code()).contains("{0}"))
                        .as("%s in %s", signal, language)
                        .isEqualTo(named);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"en,You have been enjoying cats", "zh,你最近对猫感兴趣", "fr,Vous appréciez les chats en ce moment"})
    void a_topic_is_called_by_its_name(String language, String sentence) {
        assertThat(words.of(new Reason("liked-topic", "t-cats"), null, Locale.forLanguageTag(language)))
                .isEqualTo(sentence);
    }

    @Test
    void what_has_no_name_is_called_by_its_id() {
        assertThat(words.of(new Reason("liked-topic", "t-chess"), null, Locale.ENGLISH))
                .contains("t-chess");
        assertThat(words.of(new Reason("followed-author", "a-bob"), null, Locale.ENGLISH))
                .contains("a-bob");
        assertThat(words.of(new Reason("followed-author", "a-bob"), "Bob", Locale.ENGLISH))
                .isEqualTo("You follow Bob");
    }

    @Test
    void an_unknown_reason_is_told_by_its_code() {
        assertThat(words.of(new Reason("magic", ""), null, Locale.FRENCH)).isEqualTo("magic");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            delimiter = '|',
            value = {
                "none | en",
                "'' | en",
                "fr | fr",
                "fr-CA, en;q=0.5 | fr",
                "zh-Hans-CN | zh",
                "de, zh;q=0.3 | zh",
                "de | en",
                "* | en",
                "en;q=abc | en",
                "!!! | en"
            })
    void the_language_is_the_best_of_those_asked_for_and_english_otherwise(String header, String language) {
        assertThat(words.language(header).getLanguage()).isEqualTo(language);
    }
}
