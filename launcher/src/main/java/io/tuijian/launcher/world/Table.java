package io.tuijian.launcher.world;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/** A CSV file with a header, read lazily row by row; whatever is wrong with it is told as {@link DamagedData}. */
record Table(String name, Source source) {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Opens the bytes of a table, unpacked. */
    interface Source {
        InputStream open() throws IOException;
    }

    static Table gzipped(Path file) {
        return new Table(
                file.getFileName().toString(), () -> new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES));
    }

    /** A table beside this class. */
    static Table resource(String name) {
        return new Table(name, () -> Table.class.getResourceAsStream(name));
    }

    /** Every row in file order, as what {@code read} makes of it; close the stream if it is not read to its end. */
    <T> Stream<T> rows(Function<Row, T> read, String... columns) {
        try {
            Rows<T> rows = new Rows<>(name, source.open(), read, columns);
            return StreamSupport.stream(
                            Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED | Spliterator.NONNULL), false)
                    .onClose(rows::close);
        } catch (NoSuchFileException e) {
            throw new DamagedData(
                    name, "there is no such file in " + Path.of(e.getFile()).getParent(), e);
        } catch (IOException e) {
            throw new DamagedData(name, "cannot be opened: " + e.getMessage(), e);
        }
    }

    /** The current row; its columns are numbered in the order in which they were asked for. */
    static final class Row {
        private final String file;
        private final List<String> columns;
        private final int[] fields;
        private CsvRecord record;

        private Row(String file, List<String> columns, int[] fields) {
            this.file = file;
            this.columns = columns;
            this.fields = fields;
        }

        String text(int column) {
            return record.getField(fields[column]);
        }

        /** A whole number that is not negative. */
        long number(int column) {
            try {
                long number = Long.parseLong(text(column));
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw wrong(column, "is not a whole number", e);
            }
            throw wrong(column, "is negative", null);
        }

        /** A whole number from 0 to 2³¹ − 1. */
        int id(int column) {
            long number = number(column);
            if (number > Integer.MAX_VALUE) {
                throw wrong(column, "is too large", null);
            }
            return (int) number;
        }

        boolean flag(int column) {
            return switch (text(column)) {
                case "0" -> false;
                case "1" -> true;
                default -> throw wrong(column, "is neither 0 nor 1", null);
            };
        }

        DamagedData wrong(int column, String why, Throwable cause) {
            String value = text(column);
            String shown = value.length() > 40 ? value.substring(0, 40) + "…" : value;
            return new DamagedData(
                    file, record.getStartingLineNumber(), columns.get(column) + " " + why + ": '" + shown + "'", cause);
        }
    }

    private static final class Rows<T> implements Iterator<T>, AutoCloseable {
        private final String file;
        private final Function<Row, T> read;
        private final CsvReader<CsvRecord> csv;
        private final Iterator<CsvRecord> records;
        private final Row row;
        private long line = 1;

        Rows(String file, InputStream in, Function<Row, T> read, String... columns) {
            this.file = file;
            this.read = read;
            this.csv = CsvReader.builder().ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8));
            this.records = csv.iterator();
            if (!hasNext()) {
                throw new DamagedData(file, "is empty", null);
            }
            List<String> header = records.next().getFields();
            int[] fields = new int[columns.length];
            for (int i = 0; i < columns.length; i++) {
                fields[i] = header.indexOf(columns[i]);
                if (fields[i] < 0) {
                    close();
                    throw new DamagedData(file, 1, "there is no column " + columns[i], null);
                }
            }
            this.row = new Row(file, List.of(columns), fields);
        }

        @Override
        public boolean hasNext() {
            try {
                boolean more = records.hasNext();
                if (!more) {
                    close();
                }
                return more;
            } catch (CsvParseException | UncheckedIOException e) {
                throw damaged(e);
            }
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                row.record = records.next();
            } catch (CsvParseException | UncheckedIOException e) {
                throw damaged(e);
            }
            line = row.record.getStartingLineNumber();
            return read.apply(row);
        }

        private DamagedData damaged(RuntimeException e) {
            close();
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return new DamagedData(file, line + 1, "cannot be read: " + cause.getMessage(), e);
        }

        @Override
        public void close() {
            try {
                csv.close();
            } catch (IOException e) {
                throw new DamagedData(file, "cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
