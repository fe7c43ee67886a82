package io.tuijian.launcher.tables;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;

/** The values of one row after the other, in the order of the columns. */
final class Row {
    private final DuckDBAppender appender;

    Row(DuckDBAppender appender) {
        this.appender = appender;
    }

    Row begin() throws SQLException {
        appender.beginRow();
        return this;
    }

    void end() throws SQLException {
        appender.endRow();
    }

    Row text(String value) throws SQLException {
        appender.append(value);
        return this;
    }

    Row symbol(Enum<?> value) throws SQLException {
        return text(value == null ? null : value.name());
    }

    Row whole(Integer value) throws SQLException {
        appender.append(value);
        return this;
    }

    Row whole(Long value) throws SQLException {
        appender.append(value);
        return this;
    }

    Row number(Double value) throws SQLException {
        appender.append(value);
        return this;
    }

    Row truth(boolean value) throws SQLException {
        appender.append(value);
        return this;
    }

    /** UTC, to the millisecond. */
    Row time(Instant value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else {
            appender.appendEpochMicros(1_000 * value.toEpochMilli());
        }
        return this;
    }

    Row texts(Collection<String> values) throws SQLException {
        appender.append(values);
        return this;
    }

    Row numbers(List<Float> values) throws SQLException {
        appender.append(values);
        return this;
    }

    Row map(Map<String, ?> values) throws SQLException {
        appender.append(values);
        return this;
    }
}
