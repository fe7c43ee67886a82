package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every notebook runs from top to bottom with the product's own command, and its answer is there. Needs Jupyter. */
@Tag("full")
class NotebooksIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern GAUC = Pattern.compile("\\| GAUC \\| (0\\.\\d+) \\| (0\\.\\d+) \\|");

    private static final Pattern GAIN = Pattern.compile(
            "Gain in GAUC \\*\\*([+-]0\\.\\d+)\\*\\*, 95 % of draws in \\[([+-]0\\.\\d+), ([+-]0\\.\\d+)]");
    private static final Pattern AHEAD = Pattern.compile(
            "nDCG@10 [+-]0\\.\\d+ against popularity, 95 % of draws of the viewers in \\[([+-]0\\.\\d+)");

    /** What the outputs of each notebook must show. */
    private static final Map<String, Consumer<String>> EXPECTED = Map.of(
            "does-the-model-beat-popularity.ipynb", NotebooksIT::theModelBeatsPopularity,
            "add-a-feature.ipynb", NotebooksIT::theFeatureIsTriedAndAgrees,
            "bring-your-own-log.ipynb", NotebooksIT::theLogOfOthersIsLearnedFrom);

    @TempDir
    Path folder;

    static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(Home.here().notebooks())) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void runsWithoutErrorAndShowsItsAnswer(Path notebook) throws IOException {
        int status =
                Main.commandLine().execute("notebook", "--execute", notebook.toString(), "--output", folder.toString());
        assertThat(status)
                .as("Jupyter's status; .ci/run says what has to be installed")
                .isZero();

        String name = notebook.getFileName().toString();
        List<JsonNode> executed = codeCells(folder.resolve(name));
        assertThat(executed).allSatisfy(cell -> {
            assertThat(cell.path("execution_count").isInt()).isTrue();
            assertThat(cell.path("outputs").findValuesAsText("output_type")).doesNotContain("error");
        });
        assertThat(EXPECTED).as("what each notebook must show").containsKey(name);
        EXPECTED.get(name).accept(shown(executed));
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void isKeptWithoutOutputs(Path notebook) throws IOException {
        assertThat(codeCells(notebook)).isNotEmpty().allSatisfy(cell -> {
            assertThat(cell.path("outputs")).isEmpty();
            assertThat(cell.path("execution_count").isNull()).isTrue();
        });
    }

    private static void theModelBeatsPopularity(String shown) {
        assertThat(shown)
                .contains(
                        "228,329 impressions of 6,361 videos",
                        "| LONG_VIEW | 70,963 | 31.08 % |",
                        "<svg",
                        "on later days",
                        "lets it pass");
        MatchResult figures = GAUC.matcher(shown).results().findFirst().orElseThrow();
        assertThat(Double.parseDouble(figures.group(1)))
                .as("GAUC of the ranker beside popularity's")
                .isGreaterThan(Double.parseDouble(figures.group(2)));
    }

    private static void theFeatureIsTriedAndAgrees(String shown) {
        assertThat(shown)
                .contains(
                        "228,329 rows have it now",
                        "40,000 of 40,000 values are equal",
                        "Streamed and backfilled agree.",
                        "new Golden(\"viewer_content.patience\", 1.619488)",
                        "<svg");
        MatchResult gain = GAIN.matcher(shown).results().findFirst().orElseThrow();
        double middle = Double.parseDouble(gain.group(1));
        assertThat(middle)
                .isBetween(Double.parseDouble(gain.group(2)), Double.parseDouble(gain.group(3)))
                .as("more would be a leak")
                .isBetween(-.02, .02);
    }

    private static void theLogOfOthersIsLearnedFrom(String shown) {
        assertThat(shown)
                .contains(
                        "5,651 rows used, 399 ignored, 6 bad.",
                        "the action \"teleport\" is unknown",
                        "240 viewers, 240 contents, 8,285 engagements",
                        "The model finds more than popularity",
                        "<svg");
        MatchResult ahead = AHEAD.matcher(shown).results().findFirst().orElseThrow();
        assertThat(Double.parseDouble(ahead.group(1)))
                .as("nDCG@10 ahead of popularity, at the low end of its interval")
                .isGreaterThan(.05);
    }

    private static List<JsonNode> codeCells(Path notebook) throws IOException {
        return stream(JSON.readTree(notebook.toFile()).path("cells"))
                .filter(cell -> cell.path("cell_type").asText().equals("code"))
                .toList();
    }

    /** All that the cells show, as text; nbformat keeps it as lists of lines. */
    private static String shown(List<JsonNode> cells) {
        return cells.stream()
                .flatMap(cell -> stream(cell.path("outputs")))
                .flatMap(output -> stream(output.path("data")))
                .map(data -> data.isTextual()
                        ? data.asText()
                        : stream(data).map(JsonNode::asText).collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    private static Stream<JsonNode> stream(JsonNode elements) {
        return StreamSupport.stream(elements.spliterator(), false);
    }
}
