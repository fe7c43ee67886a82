package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    /** The names in the first column of the table between these markers. */
    private static List<String> listed(String what) throws IOException {
        return FIRST_CELL.matcher(part(what)).results().map(row -> row.group(1)).toList();
    }

    private static String part(String what) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String begin = "<!-- " + what + " -->";
        assertThat(readme).contains(begin, "<!-- /" + what + " -->");
        return readme.substring(readme.indexOf(begin) + begin.length(), readme.indexOf("<!-- /" + what + " -->"));
    }

    @Test
    void the_readme_shows_the_pipeline_as_it_is() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String shown = readme.substring(readme.indexOf("```java") + 7);
        String source = Files.readString(Path.of("src/main/java/io/tuijian/ranking/FeedPipeline.java"));
        assertThat(source.replaceAll("\\s+", " "))
                .contains(shown.substring(0, shown.indexOf("```")).strip().replaceAll("\\s+", " "));
    }

    @Test
    void the_readme_lists_the_surfaces_with_their_sources_in_order() throws IOException {
        assertThat(listed("surfaces"))
                .containsExactlyInAnyOrderElementsOf(
                        Recipes.ALL.keySet().stream().map(ReadmeTest::word).toList());
        for (Surface surface : Recipes.ALL.keySet()) {
            String row = part("surfaces")
                    .lines()
                    .filter(line -> line.startsWith("| `" + word(surface) + "` |"))
                    .findFirst()
                    .orElseThrow();
            List<String> named = Pattern.compile("`([^`]+)`")
                    .matcher(row.substring(row.indexOf('|', 1)))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertThat(named)
                    .as("sources of %s", surface)
                    .isEqualTo(Recipes.ALL.get(surface).sources().stream()
                            .map(Source::name)
                            .toList());
        }
    }

    @Test
    void the_readme_lists_every_source_once() throws IOException {
        assertThat(listed("sources"))
                .containsExactlyInAnyOrderElementsOf(Recipes.ALL.values().stream()
                        .flatMap(recipe -> recipe.sources().stream())
                        .map(Source::name)
                        .distinct()
                        .toList());
    }

    @Test
    void the_readme_lists_the_guarantees_in_order() throws IOException {
        assertThat(listed("guarantees")).isEqualTo(Guarantees.names());
    }

    @Test
    void the_readme_lists_the_preferences_in_order() throws IOException {
        FeedRequest request = new FeedRequest("f1", ALICE, 20, context(Surface.FOR_YOU, NOON), List.of(), Set.of());
        Viewing viewing = new Viewing(
                request, ViewerState.empty(ALICE), new Relations(), Optional.empty(), Tuning.Promised.DEFAULT);
        assertThat(listed("preferences"))
                .isEqualTo(new Preferences(viewing, Recipes.ALL.get(Surface.FOR_YOU), id -> null).names());
    }

    @Test
    void the_readme_lists_the_reasons_with_what_they_say() throws IOException {
        assertThat(part("reasons").lines().filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(Arrays.stream(Signal.values())
                        .map(signal ->
                                "| `" + signal.code() + "` | " + signal.meaning() + " | " + signal.without() + " |")
                        .toList());
    }

    @Test
    void the_readme_lists_every_key_of_a_tuning_in_order() throws IOException {
        List<String> keys = new ArrayList<>(TuningJson.KEYS);
        keys.addAll(TuningJson.SURFACE_KEYS);
        assertThat(listed("tuning")).isEqualTo(keys);
    }

    @Test
    void the_example_of_a_tuning_has_every_key_and_is_what_comes_with_the_product()
            throws IOException, TuningJson.Refused {
        String example =
                part("tuning-example").replace("```json", "").replace("```", "").strip();
        Tuning read = TuningJson.read(example.getBytes(StandardCharsets.UTF_8));
        assertThat(read.version()).isEqualTo("tuning-2");
        assertThat(read.promised()).isEqualTo(Tuning.DEFAULT.promised());
        assertThat(read.lessOfLasts()).isEqualTo(Tuning.DEFAULT.lessOfLasts());
        for (Surface surface : Recipes.ALL.keySet()) {
            assertThat(read.of(surface)).isEqualTo(Tuning.DEFAULT.of(surface));
        }
        assertThat(TuningJson.KEYS).allMatch(key -> example.contains("\"" + key + "\":"));
        assertThat(TuningJson.SURFACE_KEYS).allMatch(key -> example.contains("\"" + key + "\":"));
    }

    @Test
    void the_readme_lists_the_rules_of_the_split() throws IOException {
        assertThat(listed("split"))
                .isEqualTo(
                        Arrays.stream(SplitRule.values()).map(SplitRule::code).toList());
    }

    @Test
    void the_readme_lists_the_factors() throws IOException {
        List<String> all = new ArrayList<>(Scorer.FACTORS);
        all.addAll(Mixer.FACTORS);
        assertThat(listed("factors")).isEqualTo(all);
    }

    private static String word(Surface surface) {
        return surface.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
