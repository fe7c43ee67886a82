package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    private static String cell(Object cell) {
        Csv csv = new Csv(List.of("a"));
        csv.row(Arrays.asList(cell));
        return csv.toString().substring(3);
    }

    @Test
    void a_header_and_rows_end_in_crlf() {
        Csv csv = new Csv(List.of("at", "seen"));
        csv.row(List.of("2026-11-20T00:00:00Z", 7));
        assertThat(csv).hasToString("at,seen\r\n2026-11-20T00:00:00Z,7\r\n");
    }

    @Test
    void what_would_end_a_cell_is_quoted() {
        assertThat(cell("a,b")).isEqualTo("\"a,b\"\r\n");
        assertThat(cell("say \"hi\"")).isEqualTo("\"say \"\"hi\"\"\"\r\n");
        assertThat(cell("two\nlines")).isEqualTo("\"two\nlines\"\r\n");
        assertThat(cell("推荐 é")).isEqualTo("推荐 é\r\n");
        assertThat(cell(null)).isEqualTo("\r\n");
    }

    @Test
    void no_text_is_a_formula() {
        assertThat(cell("=1+1")).isEqualTo("'=1+1\r\n");
        assertThat(cell("@SUM(A1)")).isEqualTo("'@SUM(A1)\r\n");
        assertThat(cell("+1")).isEqualTo("'+1\r\n");
        assertThat(cell("-1")).isEqualTo("'-1\r\n");
        assertThat(cell("\t=1")).isEqualTo("'\t=1\r\n");
        assertThat(cell("\r=1")).isEqualTo("\"'\r=1\"\r\n");
        assertThat(cell("=HYPERLINK(\"http://x\",\"y\")")).isEqualTo("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
        assertThat(cell(-1L)).as("a number").isEqualTo("-1\r\n");
    }

    @Test
    void a_row_has_a_cell_for_each_column() {
        assertThatThrownBy(() -> new Csv(List.of("a", "b")).row(List.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
