package io.tuijian.launcher.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Columns with names, and rows of values; immutable. Values are numbers, texts, times, enums, lists, or null for what
 * is not known.
 */
public final class Table {
    private final List<String> columns;
    private final List<List<Object>> rows;
    private final Set<String> percent;

    private Table(List<String> columns, List<List<Object>> rows, Set<String> percent) {
        this.columns = columns;
        this.rows = rows;
        this.percent = percent;
    }

    /**
     * A table with these columns and no rows.
     *
     * @throws IllegalArgumentException if two columns have the same name
     */
    public static Table of(String... columns) {
        return of(List.of(columns), List.of());
    }

    /**
     * @param rows with a value, or null, for every column
     * @throws IllegalArgumentException if two columns have the same name or a row is longer or shorter
     */
    public static Table of(List<String> columns, List<? extends List<?>> rows) {
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new IllegalArgumentException("Two columns have the same name: " + String.join(", ", columns) + ".");
        }
        List<List<Object>> copies = new ArrayList<>(rows.size());
        for (List<?> row : rows) {
            copies.add(checked(columns, row));
        }
        return new Table(List.copyOf(columns), Collections.unmodifiableList(copies), Set.of());
    }

    /** This table with one more row at its end. */
    public Table row(Object... values) {
        return each(Collections.singletonList(values), Arrays::asList);
    }

    /** This table with one more row at its end for each of these, with the values that {@code row} makes of it. */
    public <T> Table each(Collection<T> all, Function<? super T, ? extends List<?>> row) {
        List<List<Object>> more = new ArrayList<>(rows.size() + all.size());
        more.addAll(rows);
        for (T one : all) {
            more.add(checked(columns, row.apply(one)));
        }
        return new Table(columns, Collections.unmodifiableList(more), percent);
    }

    /** This table, whose numbers in these columns are shown as hundredths: 0.25 as 25.0 %. */
    public Table percent(String... shares) {
        Set<String> all = new HashSet<>(percent);
        for (String share : shares) {
            index(share);
            all.add(share);
        }
        return new Table(columns, rows, Set.copyOf(all));
    }

    /** The rows of which the value of this column reads so. */
    public Table where(String column, Object value) {
        int at = index(column);
        String wanted = String.valueOf(value);
        List<List<Object>> those = rows.stream()
                .filter(row -> String.valueOf(row.get(at)).equals(wanted))
                .toList();
        return new Table(columns, those, percent);
    }

    /** The first rows, at most so many. */
    public Table first(int most) {
        return new Table(columns, rows.subList(0, Math.min(most, rows.size())), percent);
    }

    public List<String> columns() {
        return columns;
    }

    public List<List<Object>> rows() {
        return rows;
    }

    /** How many rows there are. */
    public int size() {
        return rows.size();
    }

    /**
     * @param row from 0
     * @throws IllegalArgumentException if there is no such row or column
     */
    public Object value(int row, String column) {
        int at = index(column);
        if (row < 0 || row >= rows.size()) {
            throw new IllegalArgumentException("There is no row " + row + ": there are " + rows.size() + ".");
        }
        return rows.get(row).get(at);
    }

    /** The number there; NaN where there is none. */
    public double number(int row, String column) {
        return number(column, value(row, column));
    }

    /** The number of the only row, or of the first. */
    public double number(String column) {
        return number(0, column);
    }

    /** The numbers of a column, from the first row to the last; NaN where there is none. */
    public double[] doubles(String column) {
        int at = index(column);
        return rows.stream().mapToDouble(row -> number(column, row.get(at))).toArray();
    }

    /**
     * The whole numbers of a column.
     *
     * @throws IllegalArgumentException if one is missing or no number
     */
    public long[] longs(String column) {
        int at = index(column);
        return rows.stream()
                .mapToLong(row -> {
                    if (row.get(at) instanceof Number number) {
                        return number.longValue();
                    }
                    throw new IllegalArgumentException(
                            "The column " + column + " holds " + row.get(at) + ", which is no whole number.");
                })
                .toArray();
    }

    /** The values of a column as they are shown in text, without thousands apart. */
    public List<String> strings(String column) {
        int at = index(column);
        return rows.stream()
                .map(row -> row.get(at) == null ? "" : row.get(at).toString())
                .toList();
    }

    /** As Markdown; numbers to the right. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        line(text, columns.stream().map(Table::plain).toList());
        line(text, columns.stream().map(it -> isNumeric(it) ? "--:" : ":--").toList());
        for (List<Object> row : rows) {
            line(text, shown(row).stream().map(Table::plain).toList());
        }
        return text.toString();
    }

    /** As a table of HTML; numbers to the right. */
    public String html() {
        StringBuilder text = new StringBuilder("<table>\n<thead>");
        htmlRow(text, "th", columns);
        text.append("</thead>\n<tbody>\n");
        for (List<Object> row : rows) {
            htmlRow(text, "td", shown(row));
        }
        return text.append("</tbody>\n</table>").toString();
    }

    /** Writes all of it, unrounded, as a CSV file with a header, over what was there. */
    public void toCsv(Path file) {
        List<String> lines = new ArrayList<>(rows.size() + 1);
        lines.add(columns.stream().map(Table::quoted).collect(Collectors.joining(",")));
        for (List<Object> row : rows) {
            lines.add(row.stream()
                    .map(value -> value == null ? "" : quoted(value.toString()))
                    .collect(Collectors.joining(",")));
        }
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " cannot be written.", e);
        }
    }

    @Override
    public String toString() {
        return markdown();
    }

    private static List<Object> checked(List<String> columns, List<?> row) {
        if (row.size() != columns.size()) {
            throw new IllegalArgumentException("A row has " + row.size() + " values for the " + columns.size()
                    + " columns " + String.join(", ", columns) + ".");
        }
        return Collections.unmodifiableList(new ArrayList<>(row));
    }

    private int index(String column) {
        int at = columns.indexOf(column);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "There is no column " + column + "; there are " + String.join(", ", columns) + ".");
        }
        return at;
    }

    private static double number(String column, Object value) {
        if (value == null) {
            return Double.NaN;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("The column " + column + " holds " + value + ", which is no number.");
    }

    private boolean isNumeric(String column) {
        int at = index(column);
        return rows.stream().allMatch(row -> row.get(at) == null || row.get(at) instanceof Number)
                && rows.stream().anyMatch(row -> row.get(at) != null);
    }

    private List<String> shown(List<Object> row) {
        List<String> texts = new ArrayList<>(row.size());
        for (int at = 0; at < row.size(); at++) {
            Object value = row.get(at);
            texts.add(percent.contains(columns.get(at)) ? Numbers.percent(value) : Numbers.text(value));
        }
        return texts;
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String plain(String cell) {
        return escaped(cell).replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
    }

    private void htmlRow(StringBuilder text, String tag, List<String> cells) {
        text.append("<tr>");
        for (int at = 0; at < cells.size(); at++) {
            String side = isNumeric(columns.get(at)) ? "right" : "left";
            text.append("<%s style=\"text-align: %s\">%s</%s>".formatted(tag, side, escaped(cells.get(at)), tag));
        }
        text.append("</tr>\n");
    }

    static String escaped(String cell) {
        return cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String quoted(String cell) {
        return cell.matches("(?s).*[\",\\r\\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }
}
