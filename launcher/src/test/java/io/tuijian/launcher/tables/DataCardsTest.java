package io.tuijian.launcher.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DataCardsTest {
    private static final Path ROOT = Path.of(System.getProperty("tuijian.root"));
    private static final Path CARDS = ROOT.resolve("docs/data-cards");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

    private static List<Path> cards() throws IOException {
        try (Stream<Path> files = Files.list(CARDS)) {
            return files.filter(file -> !file.endsWith("README.md")).sorted().toList();
        }
    }

    @Test
    void every_topic_that_can_be_queried_has_a_card_and_every_view_is_told_of() throws IOException {
        String tables = Files.readString(ROOT.resolve("launcher/TABLES.md"));
        for (View<?> view : View.ALL) {
            assertThat(CARDS.resolve(view.topic().name() + ".md")).isRegularFile();
            assertThat(tables).contains("`" + view.name() + "`");
        }
    }

    @Test
    void every_card_says_what_not_to_conclude_and_is_in_the_list() throws IOException {
        String list = Files.readString(CARDS.resolve("README.md"));
        for (Path card : cards()) {
            assertThat(Files.readString(card)).contains("**Do not conclude**");
            assertThat(list).contains("(" + card.getFileName() + ")");
        }
    }

    @Test
    void every_link_leads_somewhere() throws IOException {
        for (Path card : Stream.concat(cards().stream(), Stream.of(CARDS.resolve("README.md")))
                .toList()) {
            List<String> links = LINK.matcher(Files.readString(card))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(links).allSatisfy(link -> assertThat(card.resolveSibling(link))
                    .as(card + " → " + link)
                    .exists());
        }
    }
}
