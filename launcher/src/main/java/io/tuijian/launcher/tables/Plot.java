package io.tuijian.launcher.tables;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of lines, points or bars; immutable: each method gives a new one. Lines and points share a picture, bars
 * have one of their own.
 */
public final class Plot {
    private static final Color[] COLORS = {
        new Color(0x1F77B4), new Color(0xFF7F0E), new Color(0x2CA02C), new Color(0xD62728), new Color(0x9467BD),
        new Color(0x8C564B), new Color(0xE377C2), new Color(0x17BECF), new Color(0xBCBD22), new Color(0x7F7F7F)
    };
    private static final Color GRID = new Color(0xE0E0E0);
    private static final Color PALE = new Color(0x9E9E9E);
    /** Of all labels together that stand side by side. */
    private static final int MOST_LETTERS = 80;

    private static final Pattern TOO_EXACT = Pattern.compile("(\\.\\d{2})\\d+");
    private static final String FONT = "DejaVu Sans";

    private enum Style {
        LINE,
        POINTS,
        BARS,
        DIAGONAL
    }

    /** @param errors half of each interval, or null */
    private record Series(Style style, String name, List<String> labels, double[] x, double[] y, double[] errors) {}

    private record Frame(String title, String x, String y, int width, int height, boolean logX, boolean logY) {}

    /** Of an axis, NaN for what follows from the values. */
    private record Range(double from, double to) {}

    private final Frame frame;
    private final Range range;
    private final List<Series> series;

    private Plot(Frame frame, Range range, List<Series> series) {
        this.frame = frame;
        this.range = range;
        this.series = series;
    }

    /** An empty picture.
     *
     * @param x what is to the right, with its unit
     * @param y what is upwards, with its unit
     */
    public static Plot of(String title, String x, String y) {
        return new Plot(new Frame(title, x, y, 720, 400, false, false), new Range(Double.NaN, Double.NaN), List.of());
    }

    /** With a line through these points. */
    public Plot line(String name, double[] x, double[] y) {
        return with(new Series(Style.LINE, name, null, x, y, null));
    }

    /** With a line through these points and an error bar at each.
     *
     * @param errors half of the length of each bar
     */
    public Plot line(String name, double[] x, double[] y, double[] errors) {
        return with(new Series(Style.LINE, name, null, x, y, errors));
    }

    /** With these points. */
    public Plot points(String name, double[] x, double[] y) {
        return with(new Series(Style.POINTS, name, null, x, y, null));
    }

    /** With these points and an error bar at each.
     *
     * @param errors half of the length of each bar
     */
    public Plot points(String name, double[] x, double[] y, double[] errors) {
        return with(new Series(Style.POINTS, name, null, x, y, errors));
    }

    /** With the line on which both axes are equal, called so, as far as the points reach. */
    public Plot diagonal(String name) {
        return with(new Series(Style.DIAGONAL, name, null, new double[0], new double[0], null));
    }

    /** With a bar for each label. Bars of several names stand side by side; all name the same labels. */
    public Plot bars(String name, List<String> labels, double[] heights) {
        return with(new Series(Style.BARS, name, List.copyOf(labels), new double[labels.size()], heights, null));
    }

    /** With a bar for each label and an error bar on it.
     *
     * @param errors half of the length of each error bar
     */
    public Plot bars(String name, List<String> labels, double[] heights, double[] errors) {
        return with(new Series(Style.BARS, name, List.copyOf(labels), new double[labels.size()], heights, errors));
    }

    /** In so many pixels. */
    public Plot size(int width, int height) {
        return new Plot(new Frame(frame.title, frame.x, frame.y, width, height, frame.logX, frame.logY), range, series);
    }

    /** With the upward axis from here to there. */
    public Plot between(double from, double to) {
        return new Plot(frame, new Range(from, to), series);
    }

    /** With a logarithmic axis to the right; every x has to be above 0. */
    public Plot logX() {
        return new Plot(
                new Frame(frame.title, frame.x, frame.y, frame.width, frame.height, true, frame.logY), range, series);
    }

    /** With a logarithmic axis upwards; every y has to be above 0. */
    public Plot logY() {
        return new Plot(
                new Frame(frame.title, frame.x, frame.y, frame.width, frame.height, frame.logX, true), range, series);
    }

    /**
     * The picture as SVG.
     *
     * @throws IllegalArgumentException if there is nothing to draw
     */
    public String svg() {
        if (series.stream().allMatch(one -> one.y.length == 0)) {
            throw new IllegalArgumentException("The plot " + frame.title + " has nothing to draw.");
        }
        Chart<?, ?> chart = series.get(0).style == Style.BARS ? bars() : lines();
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.paint(graphics, frame.width, frame.height);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Processors.get("svg")
                    .getDocument(graphics.getCommands(), new PageSize(0, 0, frame.width, frame.height))
                    .writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return named(out.toString(StandardCharsets.UTF_8));
    }

    /** Letters are drawn, not written, so that it looks the same everywhere; what they say is told beside them. */
    private String named(String document) {
        String said = series.stream().map(Series::name).collect(Collectors.joining(", "));
        String svg =
                TOO_EXACT.matcher(document.substring(document.indexOf("<svg"))).replaceAll("$1");
        int inside = svg.indexOf('>') + 1;
        return "%s<title>%s</title><desc>%s</desc>%s"
                .formatted(
                        svg.substring(0, inside),
                        Table.escaped(frame.title),
                        Table.escaped(frame.y + " by " + frame.x + ": " + said),
                        svg.substring(inside));
    }

    private Plot with(Series one) {
        if (one.x.length != one.y.length || one.errors != null && one.errors.length != one.y.length) {
            throw new IllegalArgumentException("The series " + one.name + " has " + one.x.length + " places for "
                    + one.y.length + " values" + (one.errors == null ? "." : " and " + one.errors.length + " errors."));
        }
        boolean bars = one.style == Style.BARS;
        if (!series.isEmpty() && (series.get(0).style == Style.BARS) != bars) {
            throw new IllegalArgumentException("Bars and lines do not go into one plot.");
        }
        if (bars && !series.isEmpty() && !series.get(0).labels.equals(one.labels)) {
            throw new IllegalArgumentException("The bars " + one.name + " have other labels than the first.");
        }
        if (series.stream().anyMatch(before -> before.name.equals(one.name))) {
            throw new IllegalArgumentException("The plot has " + one.name + " already.");
        }
        List<Series> more = new ArrayList<>(series);
        more.add(one);
        return new Plot(frame, range, List.copyOf(more));
    }

    private XYChart lines() {
        XYChart chart = new XYChart(frame.width, frame.height);
        style(chart, chart.getStyler());
        int color = 0;
        for (Series one : series) {
            if (one.style == Style.DIAGONAL) {
                double[] ends = ends();
                XYSeries line = chart.addSeries(one.name, ends, ends);
                line.setMarker(SeriesMarkers.NONE);
                line.setLineColor(PALE);
                line.setLineStyle(
                        new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 0, new float[] {4}, 0));
                continue;
            }
            XYSeries drawn = chart.addSeries(one.name, one.x, one.y, one.errors);
            Color own = COLORS[color++ % COLORS.length];
            drawn.setMarkerColor(own);
            drawn.setLineColor(own);
            drawn.setMarker(SeriesMarkers.CIRCLE);
            drawn.setLineStyle(new BasicStroke(2));
            if (one.style == Style.POINTS) {
                drawn.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            } else if (one.x.length > 60) {
                drawn.setMarker(SeriesMarkers.NONE);
            }
        }
        return chart;
    }

    private double[] ends() {
        double[] all = series.stream()
                .flatMapToDouble(one -> DoubleStream.concat(Arrays.stream(one.x), Arrays.stream(one.y)))
                .filter(Double::isFinite)
                .toArray();
        return new double[] {
            Arrays.stream(all).min().orElse(0), Arrays.stream(all).max().orElse(1)
        };
    }

    private CategoryChart bars() {
        CategoryChart chart = new CategoryChart(frame.width, frame.height);
        style(chart, chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(.8);
        chart.getStyler().setErrorBarsColorSeriesColor(false).setErrorBarsColor(Color.DARK_GRAY);
        if (series.get(0).labels.stream().mapToInt(String::length).sum() > MOST_LETTERS) {
            chart.getStyler().setXAxisLabelRotation(35);
        }
        int color = 0;
        for (Series one : series) {
            List<Double> errors = one.errors == null ? null : boxed(one.errors);
            chart.addSeries(one.name, one.labels, boxed(one.y), errors).setFillColor(COLORS[color++ % COLORS.length]);
        }
        return chart;
    }

    private static List<Double> boxed(double[] values) {
        return Collections.unmodifiableList(Arrays.stream(values).boxed().toList());
    }

    private void style(Chart<?, ?> chart, AxesChartStyler style) {
        chart.setTitle(frame.title);
        chart.setXAxisTitle(frame.x);
        chart.setYAxisTitle(frame.y);
        style.setChartBackgroundColor(Color.WHITE)
                .setPlotContentSize(.95)
                .setChartTitleFont(new Font(FONT, Font.BOLD, 14))
                .setChartTitleBoxVisible(false)
                .setLegendVisible(series.size() > 1)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE)
                .setLegendFont(new Font(FONT, Font.PLAIN, 12));
        style.setPlotGridLinesColor(GRID).setPlotBackgroundColor(Color.WHITE).setPlotBorderColor(GRID);
        style.setAxisTitleFont(new Font(FONT, Font.PLAIN, 12));
        style.setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 11));
        style.setXAxisLogarithmic(frame.logX);
        style.setYAxisLogarithmic(frame.logY);
        style.setErrorBarsColorSeriesColor(true);
        style.setDecimalPattern("#,##0.######");
        if (!Double.isNaN(range.from)) {
            style.setYAxisMin(range.from);
        }
        if (!Double.isNaN(range.to)) {
            style.setYAxisMax(range.to);
        }
    }
}
