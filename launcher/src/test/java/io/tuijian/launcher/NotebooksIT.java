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
    private static final Pattern GAUC = Pattern.compile("\\| gauc \\| (0\\.\\d+) \\| (0\\.\\d+) \\|");

    private static final Pattern GAIN = Pattern.compile("lies between ([+-]\\d+\\.\\d+) and ([+-]\\d+\\.\\d+),");
    private static final Pattern GAP = Pattern.compile("ranker's promise is (\\d+\\.\\d+) hundredths off");

    /** What the outputs of each notebook must show. */
    private static final Map<String, Consumer<String>> EXPECTED =
            Map.of("does-the-model-beat-popularity.ipynb", NotebooksIT::theModelBeatsPopularity);

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
                        "| LONG_VIEW | 70,963 | 310.8 |",
                        "<svg",
                        "factorisation-machine",
                        "small_authors",
                        "Twice the rows moved the GAUC",
                        "on later days",
                        "lets it pass");
        MatchResult figures = GAUC.matcher(shown).results().findFirst().orElseThrow();
        assertThat(Double.parseDouble(figures.group(1)))
                .as("GAUC of the ranker beside popularity's")
                .isGreaterThan(Double.parseDouble(figures.group(2)));
        assertThat(first(GAIN, shown)).as("the gain's lower bound").isPositive();
        assertThat(first(GAP, shown)).as("what promises are off, in hundredths").isBetween(0., 5.);
    }

    private static double first(Pattern pattern, String shown) {
        return Double.parseDouble(
                pattern.matcher(shown).results().findFirst().orElseThrow().group(1));
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
