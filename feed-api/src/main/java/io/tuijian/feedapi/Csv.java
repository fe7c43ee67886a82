package io.tuijian.feedapi;

import java.util.List;

/**
 * A table as RFC 4180 says: a header, lines that end in CRLF, UTF-8. What a spreadsheet would take for a formula begins
 * with an apostrophe there; numbers stay as they are.
 */
final class Csv {
    private static final String FORMULAS = "=+-@\t\r\n";

    private final StringBuilder text = new StringBuilder(4_096);
    private final int columns;

    Csv(List<String> header) {
        this.columns = header.size();
        row(header);
    }

    /**
     * @param cells one a column, of numbers, texts, or null for an empty one
     */
    void row(List<?> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(cells.size() + " cells in " + columns + " columns");
        }
        for (int i = 0; i < columns; i++) {
            if (i > 0) {
                text.append(',');
            }
            write(cells.get(i));
        }
        text.append("\r\n");
    }

    private void write(Object cell) {
        if (cell == null) {
            return;
        }
        if (cell instanceof Number) {
            text.append(cell);
            return;
        }
        String word = cell.toString();
        if (!word.isEmpty() && FORMULAS.indexOf(word.charAt(0)) >= 0) {
            word = "'" + word;
        }
        if (word.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')) {
            text.append('"').append(word.replace("\"", "\"\"")).append('"');
        } else {
            text.append(word);
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
