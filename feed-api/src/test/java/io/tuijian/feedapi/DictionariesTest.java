package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages say everything in every language, once. */
class DictionariesTest {
    private static final Pattern ENTRY = Pattern.compile("(?m)^  '([^']+)': ['`\"]");

    @ParameterizedTest
    @ValueSource(strings = {"zh", "fr"})
    void every_language_has_the_words_of_english(String language) throws IOException {
        assertThat(withoutForms(keys(language))).isEqualTo(withoutForms(keys("en")));
    }

    @Test
    void every_word_is_there_once() throws IOException {
        for (String language : Set.of("en", "zh", "fr")) {
            keys(language);
        }
    }

    /** A language has as many forms of a number as it needs. */
    private static Set<String> withoutForms(Set<String> keys) {
        return keys.stream()
                .map(key -> key.replaceAll("\\.(one|other)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> keys(String language) throws IOException {
        String path = "/web/assets/i18n/" + language + ".js";
        try (InputStream in = DictionariesTest.class.getResourceAsStream(path)) {
            Set<String> keys = new TreeSet<>();
            Matcher entry = ENTRY.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (entry.find()) {
                assertThat(keys.add(entry.group(1)))
                        .as(language + " " + entry.group(1))
                        .isTrue();
            }
            return keys;
        }
    }
}
