package io.tuijian.launcher.replay;

import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * The raw records of an archive, {@code <folder>/<topic>/day=YYYY-MM-DD/*.avro}: of contents and relations first, the
 * newest of each key, then day by day pages and engagements by their times. Of one day at most 200,000 records are put
 * in order at a time.
 */
public final class Archive {
    private static final int MOST_IN_MEMORY = 200_000;

    /** Takes the records of each topic. */
    public interface Sink {
        void content(Content content);

        void relation(Relation relation);

        void served(Served served);

        void engagement(Engagement engagement);
    }

    private record At(Instant at, Consumer<Sink> record) {}

    private final Path folder;

    private Archive(Path folder) {
        this.folder = folder;
    }

    /** The archive in this folder or in its folder {@code archive}; null if there is none. */
    public static Archive in(Path folder) {
        for (Path place : List.of(folder.resolve("archive"), folder)) {
            if (Stream.of(Topics.CONTENTS, Topics.RELATIONS, Topics.SERVED, Topics.ENGAGEMENTS)
                    .anyMatch(topic -> Files.isDirectory(place.resolve(topic.name())))) {
                return new Archive(place);
            }
        }
        return null;
    }

    /**
     * Hands over every page and engagement, and of contents and relations the newest of each key.
     *
     * @param contents what is held already
     * @param relations what is held already
     * @throws java.io.UncheckedIOException with one line that names the damaged file
     */
    public void read(Newest<Content> contents, Newest<Relation> relations, Sink sink) {
        newest(Topics.CONTENTS, contents, sink::content);
        newest(Topics.RELATIONS, relations, sink::relation);
        for (LocalDate day : days()) {
            List<At> run = new ArrayList<>();
            Consumer<At> add = one -> {
                run.add(one);
                if (run.size() >= MOST_IN_MEMORY) {
                    flush(run, sink);
                }
            };
            interleaved(
                    records(Topics.SERVED, day).map(page -> new At(page.getAt(), to -> to.served(page))),
                    records(Topics.ENGAGEMENTS, day).map(one -> new At(one.getAt(), to -> to.engagement(one))),
                    add);
            flush(run, sink);
        }
    }

    /** Always the earlier of both heads, so that a run holds what belongs together also where a day has several. */
    private static void interleaved(Stream<At> one, Stream<At> other, Consumer<At> to) {
        try (one;
                other) {
            Iterator<At> left = one.iterator();
            Iterator<At> right = other.iterator();
            At a = next(left);
            At b = next(right);
            while (a != null || b != null) {
                if (b == null || a != null && !a.at().isAfter(b.at())) {
                    to.accept(a);
                    a = next(left);
                } else {
                    to.accept(b);
                    b = next(right);
                }
            }
        }
    }

    private static At next(Iterator<At> records) {
        return records.hasNext() ? records.next() : null;
    }

    private static void flush(List<At> run, Sink sink) {
        run.sort(Comparator.comparing(At::at));
        run.forEach(one -> one.record().accept(sink));
        run.clear();
    }

    private Set<LocalDate> days() {
        Set<LocalDate> days = new TreeSet<>();
        for (Topic<?> topic : List.of(Topics.SERVED, Topics.ENGAGEMENTS)) {
            if (Files.isDirectory(of(topic))) {
                AvroFiles.files(of(topic), LocalDate.MIN, LocalDate.MAX)
                        .forEach(file -> days.add(LocalDate.parse(
                                file.getParent().getFileName().toString().substring("day=".length()))));
            }
        }
        return days;
    }

    private <T extends SpecificRecord> Stream<T> records(Topic<T> topic, LocalDate day) {
        return Files.isDirectory(of(topic)) ? AvroFiles.read(of(topic), topic, day, day) : Stream.empty();
    }

    /** Reads twice, so that no more than a key and a version of each record is in memory. */
    private <T extends SpecificRecord> void newest(Topic<T> topic, Newest<T> newest, Consumer<T> each) {
        all(topic, newest::offer);
        all(topic, record -> {
            if (newest.take(record)) {
                each.accept(record);
            }
        });
    }

    private <T extends SpecificRecord> void all(Topic<T> topic, Consumer<T> each) {
        if (Files.isDirectory(of(topic))) {
            try (Stream<T> records = AvroFiles.read(of(topic), topic)) {
                records.forEach(each);
            }
        }
    }

    private Path of(Topic<?> topic) {
        return folder.resolve(topic.name());
    }
}
