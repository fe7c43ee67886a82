package io.tuijian.launcher.tables;

import io.tuijian.schemas.AvroFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * What the jobs filed by day, as SQL: the views {@code examples}, {@code served}, {@code served_items}, {@code fates},
 * {@code engagements}, {@code contents} and {@code relations}, and {@code outcomes}, which joins what was served with what
 * came of it, in the dialect of DuckDB. A view is read when a query
 * first names it, and stays as it was then. Each row is there once: where a job filed it again, the newest. Times are
 * UTC. Not thread-safe.
 */
public final class Tables implements AutoCloseable {
    /** Beside the heap; what does not fit goes to a temporary folder. */
    private static final String MOST_MEMORY = "1GB";

    private final Path folder;
    private final LocalDate from;
    private final LocalDate to;
    private final Path spill;
    private final DuckDBConnection database;
    private final Set<String> loaded = new HashSet<>();

    private Tables(Path folder, LocalDate from, LocalDate to, Path spill, DuckDBConnection database) {
        this.folder = folder;
        this.from = from;
        this.to = to;
        this.spill = spill;
        this.database = database;
    }

    /**
     * All days.
     *
     * @param folder the one that the jobs write to, with the folders {@code examples} and {@code archive}
     * @throws IllegalArgumentException if neither is there
     */
    public static Tables of(Path folder) {
        return of(folder, LocalDate.MIN, LocalDate.MAX);
    }

    /**
     * The days from {@code from} to {@code to} (UTC), both included; contents and relations as they were at the end of
     * the last.
     *
     * @param folder the one that the jobs write to, with the folders {@code examples} and {@code archive}
     * @throws IllegalArgumentException if neither is there
     */
    public static Tables of(Path folder, LocalDate from, LocalDate to) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("There is no folder " + folder + ".");
        }
        if (Stream.of("examples", "archive").noneMatch(name -> Files.isDirectory(folder.resolve(name)))) {
            throw new IllegalArgumentException(
                    "The folder " + folder + " holds neither examples nor an archive; the jobs write both.");
        }
        try {
            Path spill = Files.createTempDirectory("tuijian-tables-");
            Properties settings = new Properties();
            settings.setProperty("memory_limit", MOST_MEMORY);
            settings.setProperty("temp_directory", spill.toString());
            settings.setProperty("autoinstall_known_extensions", "false");
            Connection database = DriverManager.getConnection("jdbc:duckdb:", settings);
            return new Tables(folder, from, to, spill, database.unwrap(DuckDBConnection.class));
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary folder could be made.", e);
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB did not start: " + line(e), e);
        }
    }

    /**
     * What a query finds.
     *
     * @param parameters for its question marks, in order: numbers, texts, times, enums
     * @throws IllegalArgumentException with one line that says what is wrong with the query
     * @throws UncheckedIOException with one line that names the damaged file
     */
    public Table query(String sql, Object... parameters) {
        load(sql);
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameter(parameters[i]));
            }
            try (ResultSet found = statement.executeQuery()) {
                return table(found);
            }
        } catch (SQLException e) {
            throw new IllegalArgumentException(line(e), e);
        }
    }

    /**
     * Writes a view as a Parquet file, over what was there.
     *
     * @throws IllegalArgumentException if there is no such view
     */
    public void toParquet(String view, Path file) {
        if (views().noneMatch(view::equals)) {
            throw new IllegalArgumentException("There is no view " + view + "; " + known() + ".");
        }
        load(view);
        String target = file.toAbsolutePath().toString().replace("'", "''");
        try (Statement statement = database.createStatement()) {
            statement.execute("copy " + view + " to '" + target + "' (format parquet)");
        } catch (SQLException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be written: " + line(e), e);
        }
    }

    @Override
    public void close() {
        try {
            database.close();
            try (Stream<Path> files = Files.walk(spill)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("The tables could not be closed: " + e.getMessage(), e);
        }
    }

    /** Reads the views that the query names, if only in a text. */
    private void load(String sql) {
        boolean outcomes = names(sql, Outcomes.NAME) && !loaded.contains(Outcomes.NAME);
        for (View<?> view : View.ALL) {
            if (!loaded.contains(view.name()) && (names(sql, view.name()) || outcomes && Outcomes.OF.contains(view))) {
                load(view);
                loaded.add(view.name());
            }
        }
        if (outcomes) {
            try (Statement statement = database.createStatement()) {
                statement.execute(Outcomes.SQL);
            } catch (SQLException e) {
                throw new IllegalStateException("The view outcomes could not be made: " + line(e), e);
            }
            loaded.add(Outcomes.NAME);
        }
    }

    private static boolean names(String sql, String view) {
        return Pattern.compile("\\b" + view + "\\b", Pattern.CASE_INSENSITIVE)
                .matcher(sql)
                .find();
    }

    private <T extends SpecificRecord> void load(View<T> view) {
        String filed = "filed_" + view.name();
        try (Statement statement = database.createStatement()) {
            statement.execute("create or replace temp table " + filed + " (" + view.columns() + ")");
            try (DuckDBAppender appender = database.createAppender("temp", "main", filed)) {
                Row row = new Row(appender);
                for (Path generation : folders(view)) {
                    LocalDate first = view.state() ? LocalDate.MIN : from;
                    try (Stream<T> records = AvroFiles.read(generation, view.topic(), first, to)) {
                        for (T record : (Iterable<T>) records::iterator) {
                            view.rows().write(record, generation.getFileName().toString(), row);
                        }
                    }
                }
            }
            // A copy in any case: DuckDB 1.4.2 kept wrong statistics of columns appended with nulls, and then passed
            // over rows that "is null" should find.
            statement.execute("create table " + view.name() + " as select * from " + filed
                    + (hasTwice(view, filed, statement) ? newest(view) : ""));
            statement.execute("drop table " + filed);
        } catch (SQLException e) {
            throw new IllegalStateException("The view " + view.name() + " could not be read: " + line(e), e);
        }
    }

    private static boolean hasTwice(View<?> view, String filed, Statement statement) throws SQLException {
        try (ResultSet counted =
                statement.executeQuery("select count(*) - count(distinct (" + view.key() + ")) from " + filed)) {
            counted.next();
            return counted.getLong(1) > 0;
        }
    }

    private static String newest(View<?> view) {
        return " qualify row_number() over (partition by " + view.key() + " order by " + view.newest() + ") = 1";
    }

    private List<Path> folders(View<?> view) {
        if (view != View.EXAMPLES) {
            Path one = folder.resolve("archive").resolve(view.topic().name());
            return Files.isDirectory(one) ? List.of(one) : List.of();
        }
        Path examples = folder.resolve("examples");
        if (!Files.isDirectory(examples)) {
            return List.of();
        }
        try (Stream<Path> generations = Files.list(examples)) {
            return generations.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + examples + " cannot be read.", e);
        }
    }

    private static Table table(ResultSet found) throws SQLException {
        ResultSetMetaData about = found.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= about.getColumnCount(); i++) {
            columns.add(about.getColumnName(i));
        }
        List<List<Object>> rows = new ArrayList<>();
        while (found.next()) {
            List<Object> row = new ArrayList<>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                row.add(value(found.getObject(i)));
            }
            rows.add(row);
        }
        return Table.of(columns, rows);
    }

    private static Object value(Object of) throws SQLException {
        if (of instanceof java.sql.Timestamp time) {
            return time.toLocalDateTime();
        }
        if (of instanceof Array array) {
            return Arrays.asList((Object[]) array.getArray());
        }
        return of instanceof BigInteger whole && whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : of;
    }

    private static Object parameter(Object given) {
        if (given instanceof Instant time) {
            return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        }
        return given instanceof Enum<?> symbol ? symbol.name() : given;
    }

    private static String line(SQLException e) {
        String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
        return message.contains("does not exist") && message.contains("Table")
                ? message + " (" + known() + ")"
                : message;
    }

    private static String known() {
        return "there are " + views().collect(Collectors.joining(", "));
    }

    private static Stream<String> views() {
        return Stream.concat(View.ALL.stream().map(View::name), Stream.of(Outcomes.NAME));
    }
}
