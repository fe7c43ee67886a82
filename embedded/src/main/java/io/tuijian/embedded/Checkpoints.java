package io.tuijian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The retained checkpoints of all jobs, one folder per job name. */
record Checkpoints(Path root) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private record Completed(Path folder, FileTime at) {}

    Path folder(String job) {
        if (!NAME.matcher(job).matches()) {
            throw new IllegalArgumentException(
                    "A job name is made of letters, digits, dots, dashes and underscores, unlike '" + job + "'");
        }
        return root.resolve(job);
    }

    /** The newest one that was completed: its {@code _metadata} is written last. */
    Optional<Path> newest(String job) {
        Path folder = folder(job);
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.find(
                folder, 3, (path, attributes) -> path.getFileName().toString().equals("_metadata"))) {
            List<Path> metadata = files.toList();
            return metadata.stream()
                    .map(file -> new Completed(file.getParent(), modified(file)))
                    .max(Comparator.comparing(Completed::at).thenComparing(found -> number(found.folder())))
                    .map(Completed::folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(Path checkpoint) {
        String name = checkpoint.getFileName().toString();
        return name.matches("chk-\\d{1,18}") ? Long.parseLong(name.substring(4)) : -1;
    }
}
