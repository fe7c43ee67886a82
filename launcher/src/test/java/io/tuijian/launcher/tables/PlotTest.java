package io.tuijian.launcher.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PlotTest {
    private static final double[] X = {0, 1, 2};
    private static final double[] Y = {.1, .3, .2};
    private static final Plot EMPTY = Plot.of("Gains", "day", "GAUC");

    private static String drawn(Plot plot) {
        String svg = plot.svg();
        try {
            DocumentBuilderFactory parser = DocumentBuilderFactory.newInstance();
            assertThat(parser.newDocumentBuilder()
                            .parse(new InputSource(new StringReader(svg)))
                            .getDocumentElement()
                            .getTagName())
                    .isEqualTo("svg");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return svg;
    }

    @Test
    void lines_and_points_share_a_picture() {
        String svg = drawn(EMPTY.line("ranker", X, Y, new double[] {.01, .02, .01})
                .points("popularity", X, Y)
                .diagonal("as said"));
        assertThat(svg).contains("<title>Gains</title>", "<desc>GAUC by day: ranker, popularity, as said</desc>");
    }

    @Test
    void bars_stand_over_their_labels() {
        assertThat(drawn(EMPTY.bars("ranker & rest", List.of("post", "a & b"), new double[] {1, 2})))
                .contains("<desc>GAUC by day: ranker &amp; rest</desc>");
        drawn(EMPTY.bars("ranker", List.of("post"), new double[] {1}, new double[] {.1})
                .bars("popularity", List.of("post"), new double[] {2}, new double[] {.1}));
    }

    @Test
    void a_value_that_is_not_known_leaves_a_gap() {
        drawn(EMPTY.line("ranker", X, new double[] {1, Double.NaN, 2}));
        drawn(EMPTY.points("ranker", X, new double[] {1, Double.NaN, 2}).diagonal("equal"));
        drawn(EMPTY.bars("ranker", List.of("a", "b"), new double[] {1, Double.NaN}));
    }

    @Test
    void adding_to_a_plot_leaves_it_as_it_was() {
        Plot one = EMPTY.line("a", X, Y);
        one.line("b", X, Y);
        assertThat(one.line("b", X, Y).svg()).contains(": a, b<");
    }

    @Test
    void says_what_is_wrong_in_one_line() {
        assertThatIllegalArgumentException().isThrownBy(EMPTY::svg).withMessage("The plot Gains has nothing to draw.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.line("a", X, new double[1]))
                .withMessage("The series a has 3 places for 1 values.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.line("a", X, Y).bars("b", List.of("c"), new double[1]))
                .withMessage("Bars and lines do not go into one plot.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.line("a", X, Y).line("a", X, Y))
                .withMessage("The plot has a already.");
    }
}
