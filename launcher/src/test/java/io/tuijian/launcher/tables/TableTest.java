package io.tuijian.launcher.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    private static final Table SHOWN = Table.of("kind", "shown", "share")
            .row("POST", 12_345, .25)
            .row("SHOP_ITEM", null, null)
            .percent("share");

    @Test
    void a_row_more_leaves_the_table_before_as_it_was() {
        Table one = Table.of("a").row(1);
        assertThat(one.row(2).longs("a")).containsExactly(1, 2);
        assertThat(one.size()).isOne();
    }

    @Test
    void columns_come_out_as_numbers_or_texts() {
        assertThat(SHOWN.doubles("shown")).containsExactly(12_345, Double.NaN);
        assertThat(SHOWN.strings("kind")).containsExactly("POST", "SHOP_ITEM");
        assertThat(SHOWN.value(0, "shown")).isEqualTo(12_345);
        assertThat(SHOWN.where("kind", "POST").number("share")).isEqualTo(.25);
        assertThat(SHOWN.first(1).rows()).containsExactly(List.of("POST", 12_345, .25));
    }

    @Test
    void reads_as_Markdown_and_HTML_with_numbers_to_the_right() {
        assertThat(SHOWN.markdown()).isEqualTo("""
                | kind | shown | share |
                | :-- | --: | --: |
                | POST | 12,345 | 25.0 % |
                | SHOP_ITEM | – | – |
                """);
        assertThat(SHOWN.html())
                .contains("<td style=\"text-align: left\">POST</td><td style=\"text-align: right\">12,345</td>");
    }

    @Test
    void what_is_in_a_cell_cannot_break_out_of_it() {
        Table table = Table.of("text").row("a|b\n<script>");
        assertThat(table.markdown()).endsWith("| a\\|b &lt;script&gt; |\n");
        assertThat(table.html()).contains("a|b\n&lt;script&gt;");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0; 0",
                "1; 1",
                "0.5; 0.5",
                "0.123456; 0.1235",
                "12.3456; 12.35",
                "1234.56; 1,235",
                "12345678.9; 12,345,679",
                "-0.25; -0.25",
                "0.00001234567; 1.235e-05",
                "1e20; 1.000e+20",
                "NaN; –",
                "0.99999; 1",
                "Infinity; ∞"
            })
    void numbers_have_four_digits_that_count(double value, String text) {
        assertThat(Table.of("n").row(value).markdown()).endsWith("| " + text + " |\n");
    }

    @Test
    void numbers_read_the_same_in_every_country() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.FRANCE);
        try {
            assertThat(Table.of("n").row(1234.4).row(1_000_000L).markdown()).contains("| 1,234 |", "| 1,000,000 |");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void times_have_a_space_between_day_and_hour() {
        Table table = Table.of("at").row(LocalDateTime.parse("2026-05-08T12:30:05"));
        assertThat(table.markdown()).contains("2026-05-08 12:30:05");
    }

    @Test
    void a_CSV_file_has_everything_unrounded(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("table.csv");
        Table.of("text", "number").row("a \"b\", c", 1234.56789).row(null, 7).toCsv(file);
        assertThat(Files.readAllLines(file)).containsExactly("text,number", "\"a \"\"b\"\", c\",1234.56789", ",7");
    }

    @Test
    void says_what_is_wrong_in_one_line() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHOWN.doubles("times"))
                .withMessage("There is no column times; there are kind, shown, share.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHOWN.doubles("kind"))
                .withMessage("The column kind holds POST, which is no number.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHOWN.value(2, "kind"))
                .withMessage("There is no row 2: there are 2.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHOWN.row("POST"))
                .withMessage("A row has 1 values for the 3 columns kind, shown, share.");
        assertThatIllegalArgumentException().isThrownBy(() -> Table.of("a", "a"));
    }
}
