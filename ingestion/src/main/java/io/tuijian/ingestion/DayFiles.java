package io.tuijian.ingestion;

import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Paths;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.formats.avro.AvroBuilder;
import org.apache.flink.formats.avro.AvroWriterFactory;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;

/**
 * Folders of Avro files by day, written exactly once: a file gets its name when the checkpoint that holds its records
 * is complete, and is never changed again. {@link AvroFiles} reads them.
 */
final class DayFiles {
    private static final int COMPRESSION = 3;
    private static final int BLOCK_BYTES = 1 << 18;

    /** The day of an element, and the folder that holds this day's folder, relative, or empty. */
    interface Place<T> extends Serializable {
        /** The time that decides the day (UTC), epoch milliseconds, given that of its Kafka record. */
        long millis(T element, long appendedMillis);

        default String folder(T element) {
            return "";
        }
    }

    /** The record of an element. */
    interface Content<T, R> extends Serializable {
        R of(T element);
    }

    private DayFiles() {}

    /** A sink that writes to {@code folder/name}. */
    static <T, R extends SpecificRecord> FileSink<T> sink(
            String folder, String name, Topic<R> topic, Content<T, R> content, Place<T> place) {
        Class<R> type = topic.type();
        AvroBuilder<T> files = out -> open(type, content, out);
        return FileSink.forBulkFormat(new Path(path(folder), name), new AvroWriterFactory<>(files))
                .withBucketAssigner(new ByDay<>(place))
                .withOutputFileConfig(new OutputFileConfig("part", ".avro"))
                .build();
    }

    /** The folder {@code folder/name} if finished files lie in it or below. */
    static Optional<String> existing(String folder, String name) throws IOException {
        Path path = new Path(path(folder), name);
        return hasFiles(path.getFileSystem(), path) ? Optional.of(path.toString()) : Optional.empty();
    }

    private static boolean hasFiles(FileSystem files, Path folder) throws IOException {
        FileStatus[] entries = files.exists(folder) ? files.listStatus(folder) : null;
        for (FileStatus entry : entries == null ? new FileStatus[0] : entries) {
            Path path = entry.getPath();
            if (!path.getName().startsWith(".") && (!entry.isDir() || hasFiles(files, path))) {
                return true;
            }
        }
        return false;
    }

    /** Relative folders are those of this process, whatever the cluster's default file system is. */
    static Path path(String folder) {
        return folder.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
                ? new Path(folder)
                : new Path(Paths.get(folder).toAbsolutePath().normalize().toUri());
    }

    private static <T, R extends SpecificRecord> DataFileWriter<T> open(
            Class<R> type, Content<T, R> content, OutputStream out) throws IOException {
        SpecificData data = SpecificData.getForClass(type);
        Schema schema = data.getSchema(type);
        return new DataFileWriter<>(new Records<>(content, new SpecificDatumWriter<>(schema, data)))
                .setCodec(CodecFactory.deflateCodec(COMPRESSION))
                .setSyncInterval(BLOCK_BYTES)
                .create(schema, out);
    }

    private record Records<T, R>(Content<T, R> content, DatumWriter<R> records) implements DatumWriter<T> {
        @Override
        public void setSchema(Schema schema) {
            records.setSchema(schema);
        }

        @Override
        public void write(T element, Encoder out) throws IOException {
            records.write(content.of(element), out);
        }
    }

    private record ByDay<T>(Place<T> place) implements BucketAssigner<T, String> {
        @Override
        public String getBucketId(T element, Context context) {
            long appended = context.timestamp() == null ? context.currentProcessingTime() : context.timestamp();
            LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(place.millis(element, appended)), ZoneOffset.UTC);
            String folder = place.folder(element);
            return folder.isEmpty() ? AvroFiles.folder(day) : folder + '/' + AvroFiles.folder(day);
        }

        @Override
        public SimpleVersionedSerializer<String> getSerializer() {
            return SimpleVersionedStringSerializer.INSTANCE;
        }
    }
}
