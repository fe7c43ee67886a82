package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationClient;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.launcher.tables.Tables;
import io.tuijian.launcher.world.World;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import io.tuijian.models.VectorFields;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every notebook runs from top to bottom with the product's own command, beside the whole demo, and its answer is there.
 * Meanwhile a small audience scrolls; what reads the examples of its pages comes last, for they take minutes. Needs
 * Jupyter.
 */
@Tag("full")
@Tag("demo")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NotebooksIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern GAUC = Pattern.compile("\\| gauc \\| (0\\.\\d+) \\| (0\\.\\d+) \\|");

    private static final Pattern GAIN = Pattern.compile("lies between ([+-]\\d+\\.\\d+) and ([+-]\\d+\\.\\d+),");
    private static final Pattern GAP = Pattern.compile("ranker's promise is (\\d+\\.\\d+) hundredths off");
    private static final Pattern OVER_POPULARITY =
            Pattern.compile("Over popularity: \\*\\*[^ ]+\\*\\* \\[([+-][\\d.]+),");
    private static final Pattern GAIN_OF_FEATURE = Pattern.compile(
            "Gain in GAUC \\*\\*([+-]0\\.\\d+)\\*\\*, 95 % of draws in \\[([+-]0\\.\\d+), ([+-]0\\.\\d+)]");
    private static final Pattern AHEAD = Pattern.compile(
            "nDCG@10 [+-]0\\.\\d+ against popularity, 95 % of draws of the viewers in \\[([+-]0\\.\\d+)");
    private static final Pattern PAGES =
            Pattern.compile("\\*\\*([\\d,]+) pages\\*\\* by ranker `[^`]+` and \\*\\*([\\d,]+)\\*\\* by");
    private static final Duration UNTIL_EXAMPLES = Duration.ofMinutes(8);
    private static final Duration UNTIL_VECTORS = Duration.ofMinutes(3);
    private static final int SOME_PAGES = 20;
    private static final int LAST = 100;

    private static final List<String> EXECUTED = new ArrayList<>();
    private static RunningDemo demo;
    private static PopulationClient audience;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        demo = RunningDemo.get();
        World world = demo.demo.world();
        audience = new PopulationClient(
                Population.of(
                        5,
                        new PopulationSize(12, 1, 1, 1),
                        world.topics().stream().map(World.Topic::id).toList()),
                new PopulationClient.Settings(URI.create(demo.url()), 2, 1, 5, Duration.ofSeconds(30)),
                new KolDrafts(world),
                Clock.systemUTC());
        audience.start();
    }

    @AfterAll
    static void stop() {
        if (audience != null) {
            audience.close();
        }
    }

    static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(Home.here().notebooks())) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    @Order(1)
    void is_kept_without_outputs(Path notebook) throws IOException {
        assertThat(codeCells(notebook)).isNotEmpty().allSatisfy(cell -> {
            assertThat(cell.path("outputs")).isEmpty();
            assertThat(cell.path("execution_count").isNull()).isTrue();
        });
    }

    @Test
    @Order(2)
    void does_the_model_beat_popularity() throws IOException {
        String shown = shown("does-the-model-beat-popularity");
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

    @Test
    @Order(3)
    void retrain_and_promote() throws IOException {
        Registry registry = new Registry(demo.home().registry());
        await().atMost(UNTIL_VECTORS)
                .until(() -> registry.current(VectorFields.MODEL).isPresent());
        Map<String, Registry.Current> before = current(registry);
        String shown = shown("retrain-and-promote");
        assertThat(shown)
                .contains(
                        "**228,329 rows**",
                        "| 2022-05-05 | 13,264 | 30.0 % |",
                        "No day stands out",
                        "The gate **lets it pass**",
                        "<svg",
                        "0 page(s) by anything else",
                        "Everything is served **as before**");
        assertThat(first(OVER_POPULARITY, shown))
                .as("the lower end of the gain in GAUC over popularity")
                .isPositive();
        MatchResult pages = PAGES.matcher(shown).results().findFirst().orElseThrow();
        assertThat(pages.group(1))
                .as("pages by the version that was served before")
                .isNotEqualTo("0");
        assertThat(pages.group(2)).as("pages by the version on trial").isNotEqualTo("0");
        assertSame(current(registry), before);
    }

    @Test
    @Order(4)
    void what_was_served_is_served_again_when_a_cell_fails() throws IOException {
        Registry registry = new Registry(demo.home().registry());
        Map<String, Registry.Current> before = current(registry);
        Path broken = folder.resolve("broken.ipynb");
        Files.writeString(
                broken,
                notebook(
                        "var demo = io.tuijian.launcher.NotebookHome.here().demo(); demo.rehearse(\"ranker\");"
                                + " demo.promote(\"ranker\", \"" + PopularityModel.VERSION + "\");"
                                + " demo.awaitAnswering(\"ranker\", \"" + PopularityModel.VERSION
                                + "\", java.time.Duration.ofSeconds(30));",
                        "throw new IllegalStateException(\"half way\");"));
        assertThat(execute(broken)).isNotZero();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertSame(current(registry), before));
    }

    @Test
    @Order(5)
    void add_a_feature() throws IOException {
        String shown = shown("add-a-feature");
        assertThat(shown)
                .contains(
                        "228,329 rows have it now",
                        "40,000 of 40,000 values are equal",
                        "Streamed and backfilled agree.",
                        "new Golden(\"viewer_content.patience\", 1.619488)",
                        "<svg");
        MatchResult gain = GAIN_OF_FEATURE.matcher(shown).results().findFirst().orElseThrow();
        double middle = Double.parseDouble(gain.group(1));
        assertThat(middle)
                .isBetween(Double.parseDouble(gain.group(2)), Double.parseDouble(gain.group(3)))
                .as("more would be a leak")
                .isBetween(-.02, .02);
    }

    @Test
    @Order(6)
    void bring_your_own_log() throws IOException {
        String shown = shown("bring-your-own-log");
        assertThat(shown)
                .contains(
                        "5,651 rows used, 399 ignored, 6 bad.",
                        "the action \"teleport\" is unknown",
                        "240 viewers, 240 contents, 8,285 engagements",
                        "The model finds more than popularity",
                        "<svg");
        assertThat(first(AHEAD, shown))
                .as("nDCG@10 ahead of popularity, at the low end of its interval")
                .isGreaterThan(.05);
    }

    /** The log that was replayed is in the files whole, whatever the audience has looked at by now. */
    @Test
    @Order(LAST - 1)
    void what_did_we_serve() throws IOException {
        awaitPages();
        String shown = shown("what-did-we-serve");
        assertThat(shown)
                .contains(
                        "| served | IMPORTED | 228,329 |",
                        "| IMPORTED | 228,329 | 31.1 % | 1.7 % |",
                        "<title>What came of each position</title>",
                        "<title>Age when served, and age of the stock</title>",
                        "<title>Coverage by kind</title>",
                        "<title>Exposure of authors</title>",
                        "<title>Where items come from</title>",
                        "of what was shown**");
        MatchResult exposure = Pattern.compile("\\*\\*Gini ([01]\\.\\d+)\\*\\* \\(([01]\\.\\d+) for as many")
                .matcher(shown)
                .results()
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(exposure.group(1))).isBetween(.5, 1.0);
        assertThat(Double.parseDouble(exposure.group(2))).isBetween(.5, 1.0);
    }

    /** Until some of the pages that the audience looked at are filed. */
    private static void awaitPages() {
        LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        await().atMost(UNTIL_EXAMPLES)
                .pollInterval(Duration.ofSeconds(5))
                .ignoreExceptionsMatching(e -> e instanceof Failure || e instanceof IllegalArgumentException)
                .until(() -> {
                    Path files = new NotebookHome(demo.home(), null, null).files();
                    try (Tables tables = Tables.of(files, yesterday, LocalDate.MAX)) {
                        return tables.query("select count(*) as pages from served where origin = 'LIVE'")
                                        .number("pages")
                                >= SOME_PAGES;
                    }
                });
    }

    /** Stands last: what it reads is written some minutes after the audience began. */
    @Test
    @Order(LAST)
    void every_notebook_was_executed() throws IOException {
        assertThat(notebooks().stream().map(NotebooksIT::name)).containsExactlyInAnyOrderElementsOf(EXECUTED);
    }

    private static double first(Pattern pattern, String shown) {
        return Double.parseDouble(
                pattern.matcher(shown).results().findFirst().orElseThrow().group(1));
    }

    private static Map<String, Registry.Current> current(Registry registry) {
        return Stream.of(Shelf.RANKER, VectorFields.MODEL)
                .filter(model -> registry.current(model).isPresent())
                .collect(Collectors.toMap(
                        model -> model, model -> registry.current(model).orElseThrow()));
    }

    private static void assertSame(Map<String, Registry.Current> after, Map<String, Registry.Current> before) {
        assertThat(after)
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*promotedAt")
                .isEqualTo(before);
    }

    /** Runs a notebook and returns all that its cells show, as text. */
    private String shown(String name) throws IOException {
        long began = System.nanoTime();
        int status = execute(Home.here().notebooks().resolve(name + ".ipynb"));
        System.out.printf("    %s took %.0f s%n", name, Steps.seconds(began));
        assertThat(status)
                .as("Jupyter's status; .ci/run says what has to be installed")
                .isZero();
        List<JsonNode> executed = codeCells(folder.resolve(name + ".ipynb"));
        assertThat(executed).allSatisfy(cell -> {
            assertThat(cell.path("execution_count").isInt()).isTrue();
            assertThat(cell.path("outputs").findValuesAsText("output_type")).doesNotContain("error");
        });
        EXECUTED.add(name);
        return shown(executed);
    }

    private int execute(Path notebook) {
        return new CommandLine(new NotebookCommand(demo.home()))
                .setOut(new PrintWriter(new StringWriter()))
                .execute("--execute", notebook.toString(), "--output", folder.toString());
    }

    private static String notebook(String... cells) throws IOException {
        return JSON.writeValueAsString(Map.of(
                "nbformat",
                4,
                "nbformat_minor",
                5,
                "metadata",
                Map.of(),
                "cells",
                Stream.of(cells)
                        .map(cell -> Map.of(
                                "cell_type",
                                "code",
                                "id",
                                "c" + cell.hashCode(),
                                "metadata",
                                Map.of(),
                                "outputs",
                                List.of(),
                                "source",
                                cell))
                        .toList()));
    }

    private static String name(Path notebook) {
        return notebook.getFileName().toString().replace(".ipynb", "");
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
