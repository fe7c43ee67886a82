package io.tuijian.launcher.replay;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** An interaction log of others: CSV with a header, read row by row; a row that makes no sense is told and passed over. */
public final class CsvLog {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_ID = 100;
    private static final int LONGEST_TEXT = 10_000;
    private static final long GREATEST_SECONDS = 100_000_000_000L;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    /** What a column says, and the names it may have, whatever their case. */
    private enum Column {
        VIEWER("viewer", "viewer_id", "viewerid", "user", "user_id", "userid", "visitorid"),
        CONTENT("content", "content_id", "contentid", "item", "item_id", "itemid", "video_id"),
        ACTION("action", "event", "event_type", "behavior", "behaviour"),
        TIME("time", "timestamp", "at", "ts", "time_ms"),
        AUTHOR("author", "author_id", "authorid"),
        KIND("kind"),
        TOPICS("topics", "topic", "category"),
        WATCHED("watched", "watched_ms", "play_time_ms"),
        DURATION("duration", "duration_ms"),
        FEED("feed", "feed_id", "page"),
        POSITION("position"),
        SURFACE("surface"),
        SESSION("session", "session_id"),
        AMOUNT("amount", "amount_minor"),
        CURRENCY("currency"),
        RATING("rating"),
        ORDER("order", "order_id", "transactionid"),
        TEXT("text", "comment"),
        DEVICE("device");

        private final List<String> names;

        Column(String... names) {
            this.names = List.of(names);
        }

        private String word() {
            return names.get(0);
        }
    }

    /**
     * One row that makes sense; what is null was not told.
     *
     * @param number 1 for the first row after the header
     * @param contentId an author's id if the row names no content
     * @param watchedMillis milliseconds
     * @param durationMillis of the content, milliseconds
     * @param amountMinor minor units of the currency
     */
    public record Row(
            long number,
            long line,
            String viewerId,
            String contentId,
            Action action,
            Instant at,
            String authorId,
            ContentKind kind,
            List<String> topics,
            Long watchedMillis,
            Long durationMillis,
            String feedId,
            Integer position,
            Surface surface,
            String sessionId,
            Long amountMinor,
            String currency,
            Integer rating,
            String orderId,
            String text,
            String device) {}

    /** A row that could not be used, and why. */
    public record Bad(long line, String reason) {}

    /** How many rows there were of each sort. */
    public record Counts(long used, long ignored, long bad) {}

    /** The file cannot be used at all; the message is one line. */
    public static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    private final Path file;
    private final ActionWords words;
    private final Instant now;

    /**
     * @param file gzipped if its name ends in {@code .gz}
     * @param now rows later than this are bad
     */
    public CsvLog(Path file, ActionWords words, Instant now) {
        this.file = file;
        this.words = words;
        this.now = now;
    }

    /**
     * Hands over every row in the order of the file.
     *
     * @throws Unusable if there is no such file, its header lacks a column, or the rest of it cannot be read
     */
    public Counts read(Consumer<Row> rows, Consumer<Bad> bad) {
        long used = 0;
        long ignored = 0;
        long wrong = 0;
        long line = 1;
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .allowExtraFields(true)
                .allowMissingFields(true)
                .detectBomHeader(true)
                .ofCsvRecord(open(), StandardCharsets.UTF_8)) {
            var records = csv.iterator();
            if (!records.hasNext()) {
                throw new Unusable(file + " is empty.", null);
            }
            List<String> header = records.next().getFields();
            Map<Column, Integer> columns = columns(header);
            for (long number = 1; records.hasNext(); number++) {
                CsvRecord record = records.next();
                line = record.getStartingLineNumber();
                if (isOpen(record, header.size()) && !records.hasNext()) {
                    throw new Unusable(
                            file + " cannot be read from line " + line + " on: a quote is not closed.", null);
                }
                try {
                    if (record.getFieldCount() != header.size()) {
                        throw new Wrong("it has " + record.getFieldCount() + " fields, the header " + header.size());
                    }
                    Row row = new Fields(columns, record).row(number);
                    if (row == null) {
                        ignored++;
                    } else {
                        used++;
                        rows.accept(row);
                    }
                } catch (Wrong e) {
                    wrong++;
                    bad.accept(new Bad(line, e.getMessage()));
                }
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw new Unusable(file + " cannot be read beyond line " + line + ": " + root(e) + ".", e);
        } catch (IOException e) {
            throw new Unusable(file + " cannot be read: " + e.getMessage() + ".", e);
        }
        return new Counts(used, ignored, wrong);
    }

    /** True if its last field goes on like one that has lost its closing quote: if it is the last record, it has. */
    private static boolean isOpen(CsvRecord record, int fields) {
        String last = record.getField(record.getFieldCount() - 1);
        return last.endsWith("\n") || last.contains("\n") && record.getFieldCount() != fields;
    }

    private InputStream open() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new Unusable("There is no log " + file + ".", null);
        }
        InputStream in = Files.newInputStream(file);
        return file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    }

    private Map<Column, Integer> columns(List<String> header) {
        Map<Column, Integer> columns = new EnumMap<>(Column.class);
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i).strip().toLowerCase(Locale.ROOT);
            for (Column column : Column.values()) {
                if (column.names.contains(name) && columns.put(column, i) != null) {
                    throw new Unusable(file + " has two columns for " + column.word() + ".", null);
                }
            }
        }
        for (Column column : List.of(Column.VIEWER, Column.CONTENT, Column.ACTION, Column.TIME)) {
            if (!columns.containsKey(column)) {
                throw new Unusable(
                        file + " has no column " + column.word() + "; its header is " + String.join(",", header) + ".",
                        null);
            }
        }
        return columns;
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private final class Fields {
        private final Map<Column, Integer> columns;
        private final CsvRecord record;

        Fields(Map<Column, Integer> columns, CsvRecord record) {
            this.columns = columns;
            this.record = record;
        }

        /** Null if its action is to be ignored. */
        Row row(long number) throws Wrong {
            String word = required(Column.ACTION);
            if (words.ignores(word)) {
                return null;
            }
            Action action = words.action(word);
            if (action == null) {
                throw new Wrong("the action \"" + shown(word) + "\" is unknown; --actions " + shown(word) + "=… tells");
            }
            String author = id(Column.AUTHOR, "a");
            String content = id(Column.CONTENT, "c");
            if (content == null && author == null) {
                throw new Wrong("content is missing");
            }
            String currency = text(Column.CURRENCY);
            if (currency != null && !currency.matches("[A-Z]{3}")) {
                throw new Wrong("currency is not three capital letters: \"" + shown(currency) + "\"");
            }
            Long amount = number(Column.AMOUNT, Long.MAX_VALUE / 2);
            if (amount != null && currency == null) {
                throw new Wrong("amount without currency");
            }
            Long rating = number(Column.RATING, 5);
            if (rating != null && rating == 0) {
                throw new Wrong("rating is not from 1 to 5: \"0\"");
            }
            Long position = number(Column.POSITION, 1_000_000);
            String text = text(Column.TEXT);
            if (text != null && text.codePointCount(0, text.length()) > LONGEST_TEXT) {
                throw new Wrong("text is longer than " + LONGEST_TEXT + " code points");
            }
            required(Column.VIEWER);
            return new Row(
                    number,
                    record.getStartingLineNumber(),
                    id(Column.VIEWER, "v"),
                    content == null ? author : content,
                    action,
                    time(),
                    author,
                    symbol(Column.KIND, ContentKind.class),
                    topics(),
                    number(Column.WATCHED, Duration.ofDays(1).toMillis()),
                    number(Column.DURATION, Duration.ofDays(100).toMillis()),
                    plain(Column.FEED),
                    position == null ? null : position.intValue(),
                    symbol(Column.SURFACE, Surface.class),
                    plain(Column.SESSION),
                    amount,
                    currency,
                    rating == null ? null : rating.intValue(),
                    plain(Column.ORDER),
                    text,
                    plain(Column.DEVICE));
        }

        private String text(Column column) {
            Integer index = columns.get(column);
            String text = index == null ? "" : record.getField(index).strip();
            return text.isEmpty() ? null : text;
        }

        private String required(Column column) throws Wrong {
            String text = text(column);
            if (text == null) {
                throw new Wrong(column.word() + " is missing");
            }
            return text;
        }

        private String plain(Column column) throws Wrong {
            String text = text(column);
            return text == null ? null : plain(column, text);
        }

        private static String plain(Column column, String text) throws Wrong {
            if (text.length() >= LONGEST_ID || !text.chars().allMatch(c -> c > ' ' && c < 127 && c != '|')) {
                throw new Wrong(column.word() + " is not a plain id: \"" + shown(text) + "\"");
            }
            return text;
        }

        /** With the letter of its kind in front, unless it has that. */
        private String id(Column column, String letter) throws Wrong {
            String text = plain(column);
            return text == null || text.startsWith(letter) ? text : letter + text;
        }

        private List<String> topics() throws Wrong {
            String text = text(Column.TOPICS);
            if (text == null) {
                return List.of();
            }
            List<String> topics = Arrays.stream(text.split(";"))
                    .map(String::strip)
                    .filter(topic -> !topic.isEmpty())
                    .map(topic -> topic.startsWith("t") ? topic : "t" + topic)
                    .distinct()
                    .toList();
            if (topics.size() > 20) {
                throw new Wrong("more than 20 topics");
            }
            for (String topic : topics) {
                plain(Column.TOPICS, topic);
            }
            return topics;
        }

        private Long number(Column column, long most) throws Wrong {
            String text = text(column);
            if (text == null) {
                return null;
            }
            try {
                long number = Long.parseLong(text);
                if (number >= 0 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new Wrong(column.word() + " is not a whole number: \"" + shown(text) + "\"");
            }
            throw new Wrong(column.word() + " is not from 0 to " + most + ": \"" + shown(text) + "\"");
        }

        private <E extends Enum<E>> E symbol(Column column, Class<E> type) throws Wrong {
            String text = text(column);
            if (text == null) {
                return null;
            }
            String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
            for (E value : type.getEnumConstants()) {
                if (value.name().equals(name) && !name.equals("UNKNOWN")) {
                    return value;
                }
            }
            throw new Wrong("there is no " + column.word() + " \"" + shown(text) + "\"");
        }

        private Instant time() throws Wrong {
            String text = required(Column.TIME);
            Instant at;
            try {
                at = instant(text);
            } catch (NumberFormatException | DateTimeException e) {
                throw new Wrong("time is neither epoch seconds or milliseconds nor ISO 8601: \"" + shown(text) + "\"");
            }
            if (at.isBefore(EARLIEST)) {
                throw new Wrong("time is before 2000: \"" + shown(text) + "\"");
            }
            if (at.isAfter(now.plus(CLOCKS_DIFFER))) {
                throw new Wrong("time is in the future: \"" + shown(text) + "\"");
            }
            return at;
        }
    }

    /** Below 100,000,000,000 epoch seconds, else milliseconds; ISO 8601 without an offset is UTC. */
    private static Instant instant(String text) {
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long number = Long.parseLong(text);
            return number < GREATEST_SECONDS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
        }
        String iso = text.replace(' ', 'T');
        boolean offset = iso.matches(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)");
        return offset
                ? OffsetDateTime.parse(iso).toInstant()
                : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }

    private static String shown(String value) {
        String line = value.replaceAll("\\p{Cntrl}", " ");
        return line.length() > 40 ? line.substring(0, 40) + "…" : line;
    }
}
