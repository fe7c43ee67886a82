package io.tuijian.schemas;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads folders of Avro files by day, {@code <folder>/day=YYYY-MM-DD/*.avro}: days in order, in a day the files in the
 * order of their names, in a file the records as they were written. What begins with a dot or an underscore is still
 * being written and is passed over.
 */
public final class AvroFiles {
    private static final String DAY = "day=";
    private static final String SUFFIX = ".avro";

    private AvroFiles() {}

    /** The name of the folder of this day. */
    public static String folder(LocalDate day) {
        return DAY + day;
    }

    /**
     * All records below this folder. One file is open at a time; close the stream unless it is read to its end.
     *
     * @throws UncheckedIOException here or while reading, with one line that names the folder or the damaged file
     */
    public static <T extends SpecificRecord> Stream<T> read(Path folder, Topic<T> topic) {
        return read(folder, topic, LocalDate.MIN, LocalDate.MAX);
    }

    /**
     * The records of the days from {@code from} to {@code to}, both included.
     *
     * @throws UncheckedIOException here or while reading, with one line that names the folder or the damaged file
     */
    public static <T extends SpecificRecord> Stream<T> read(Path folder, Topic<T> topic, LocalDate from, LocalDate to) {
        Records<T> records = new Records<>(files(folder, from, to).iterator(), topic.type());
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(records, traits), false)
                .onClose(records::close);
    }

    /** The finished files of these days, in the order in which they are read. */
    public static List<Path> files(Path folder, LocalDate from, LocalDate to) {
        try {
            if (!Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder + " is not a folder");
            }
            List<Path> files = new ArrayList<>();
            for (Path day : sorted(folder, name -> name.startsWith(DAY))) {
                LocalDate date = LocalDate.parse(day.getFileName().toString().substring(DAY.length()));
                if (!date.isBefore(from) && !date.isAfter(to)) {
                    files.addAll(sorted(day, AvroFiles::isFinished));
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static List<Path> sorted(Path folder, Predicate<String> names) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> names.test(path.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isFinished(String name) {
        return name.endsWith(SUFFIX) && !name.startsWith(".") && !name.startsWith("_");
    }

    private static final class Records<T extends SpecificRecord> implements Iterator<T>, Closeable {
        private final Iterator<Path> files;
        private final SpecificData data;
        private final Schema schema;
        private Path file;
        private DataFileReader<T> open;

        Records(Iterator<Path> files, Class<T> type) {
            this.files = files;
            this.data = SpecificData.getForClass(type);
            this.schema = data.getSchema(type);
        }

        @Override
        public boolean hasNext() {
            try {
                while (open == null || !open.hasNext()) {
                    if (open != null && open.previousSync() != Files.size(file)) {
                        throw new EOFException(); // which Avro itself takes for the end
                    }
                    close();
                    if (!files.hasNext()) {
                        return false;
                    }
                    file = files.next();
                    open = new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(schema, schema, data));
                }
                return true;
            } catch (IOException | AvroRuntimeException e) {
                throw damaged(e);
            }
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                return open.next();
            } catch (AvroRuntimeException | IndexOutOfBoundsException | NegativeArraySizeException e) {
                throw damaged(e);
            }
        }

        private UncheckedIOException damaged(Exception problem) {
            close();
            boolean cut = problem instanceof EOFException || problem.getCause() instanceof EOFException;
            String why = cut ? "it ends too early" : problem.getMessage();
            String message = file + " is damaged: " + why;
            return new UncheckedIOException(message, new IOException(message, problem));
        }

        @Override
        public void close() {
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("could not close " + file, e);
                } finally {
                    open = null;
                }
            }
        }
    }
}
