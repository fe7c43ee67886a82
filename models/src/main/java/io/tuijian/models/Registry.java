package io.tuijian.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A plain folder of published models, {@code <model>/<version>/…}, and which version each model is at,
 * {@code <model>/current.json}. A version appears whole or not at all, and so does a change of the current one. Safe
 * from many threads and processes.
 */
public final class Registry {
    /** How many versions are kept beside the promoted one and the one a rollback would lead to. */
    public static final int KEPT = 20;

    /** The file that says which version a model is at. */
    public static final String CURRENT = "current.json";

    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Pattern MODEL_NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}");
    private static final Pattern VERSION_NAME = Pattern.compile("\\d{8}-\\d{6}");
    private static final Object PROMOTING = new Object();
    private static final Object TRAINING = new Object();

    /** A draft that was begun so long ago belongs to a process that is gone. */
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);

    private static final String DRAFT = ".draft-";
    private static final String GONE = ".gone-";
    private static final String NEXT = ".current-";

    private final Path folder;

    public Registry(Path folder) {
        this.folder = folder;
    }

    /**
     * Which version a model is at.
     *
     * @param pinned nothing but a person's word changes it
     * @param before what was promoted earlier, newest first: where a rollback leads
     */
    public record Current(String version, Instant promotedAt, boolean pinned, List<String> before) {}

    /** One line of {@link #list}: a published version and the numbers of its {@code metrics.json}. */
    public record Listed(String model, String version, boolean promoted, boolean pinned, Map<String, Double> metrics) {}

    /** Another version is promoted than the one that was to be left. */
    public static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Overtaken(String model, String current) {
            super("The registry is at " + current + " of " + model + " by now.");
        }
    }

    /** A version in the making: fill its folder, then publish it. */
    public final class Draft {
        private final Artifact artifact;

        private Draft(Artifact artifact) {
            this.artifact = artifact;
        }

        /** The version to be, in a folder that nobody else looks at. */
        public Artifact artifact() {
            return artifact;
        }

        /** Makes it appear, and removes the oldest versions beyond what is kept. */
        public Artifact publish() {
            Path target = folder.resolve(artifact.model()).resolve(artifact.version());
            try {
                force(artifact.folder());
                move(artifact.folder(), target);
                prune(artifact.model());
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot publish " + artifact.model() + " " + artifact.version(), e);
            }
            return new Artifact(artifact.model(), artifact.version(), target);
        }

        /** Removes it, unless it was published. */
        public void discard() {
            try {
                if (Files.exists(artifact.folder())) {
                    delete(artifact.folder());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot remove " + artifact.folder(), e);
            }
        }
    }

    /**
     * Runs a training of this model while no other one that asks in this way runs, in whichever thread or process.
     *
     * @param waiting is told if another one runs and has to end first
     */
    @SuppressWarnings("try") // the lock is held, not used
    public <T> T alone(String model, Runnable waiting, Supplier<T> training) {
        synchronized (TRAINING) {
            try (FileChannel channel = FileChannel.open(
                            Files.createDirectories(home(model)).resolve(".training"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock held = lock(channel, waiting)) {
                return training.get();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write to the registry " + folder, e);
            }
        }
    }

    private static FileLock lock(FileChannel channel, Runnable waiting) throws IOException {
        FileLock free = channel.tryLock();
        if (free != null) {
            return free;
        }
        waiting.run();
        return channel.lock();
    }

    /** A new version, named after this moment or the first free second after it. */
    public Draft draft(String model, Instant now) {
        try {
            Path home = Files.createDirectories(home(model));
            Instant moment = now;
            while (Files.exists(home.resolve(VERSION.format(moment)))) {
                moment = moment.plusSeconds(1);
            }
            sweep(home, now);
            Path draft = Files.createTempDirectory(home, DRAFT + VERSION.format(now) + '-');
            return new Draft(new Artifact(model, VERSION.format(moment), draft));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to the registry " + folder, e);
        }
    }

    /** The moment that a version is named after. */
    static Instant moment(String version) {
        return VERSION.parse(version, Instant::from);
    }

    /**
     * Looks whether the folder can be read; one that nothing was published to yet may be missing.
     *
     * @return whether it is there
     * @throws UncheckedIOException if it is there and cannot be read
     */
    public boolean isThere() {
        if (Files.notExists(folder)) {
            return false;
        }
        try (Stream<Path> models = Files.list(folder)) {
            return models.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the registry " + folder, e);
        }
    }

    /** The names of the models that are here. */
    public List<String> models() {
        return names(folder, MODEL_NAME);
    }

    /** The published versions, newest first. */
    public List<Listed> list(String model) {
        Optional<Current> current = current(model);
        List<Listed> listed = new ArrayList<>();
        for (String version : versions(model)) {
            boolean promoted = current.isPresent() && current.get().version().equals(version);
            Map<String, Double> numbers = new TreeMap<>();
            JsonNode metrics = new Artifact(model, version, home(model).resolve(version)).metrics();
            metrics.properties().stream()
                    .filter(entry -> entry.getValue().isNumber())
                    .forEach(entry ->
                            numbers.put(entry.getKey(), entry.getValue().asDouble()));
            listed.add(new Listed(
                    model, version, promoted, promoted && current.get().pinned(), numbers));
        }
        return listed;
    }

    /**
     * A published version.
     *
     * @throws UnknownVersion if there is none of this name
     */
    public Artifact artifact(String model, String version) {
        if (!VERSION_NAME.matcher(version).matches()
                || !Files.isDirectory(home(model).resolve(version))) {
            throw new UnknownVersion(model, version);
        }
        return new Artifact(model, version, home(model).resolve(version));
    }

    /**
     * Which version the model is at; empty if none was promoted yet.
     *
     * @throws UnusableArtifact if {@code current.json} is damaged
     */
    public Optional<Current> current(String model) {
        Path file = home(model).resolve("current.json");
        try {
            JsonNode json = Artifact.JSON.readTree(Files.readString(file));
            List<String> before = new ArrayList<>();
            json.path("before").forEach(version -> before.add(version.asText()));
            return Optional.of(new Current(
                    json.required("version").asText(),
                    Instant.parse(json.required("promotedAt").asText()),
                    json.path("pinned").asBoolean(),
                    List.copyOf(before)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            throw new UnusableArtifact("current.json of " + model + " is damaged.", e);
        }
    }

    /** What a file of the model beside its versions says, for instance {@link #CURRENT}; empty if there is none. */
    public Optional<String> text(String model, String file) {
        try {
            return Optional.of(Files.readString(home(model).resolve(file)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Changes such a file, whole or not at all, one change at a time.
     *
     * @param change of what it says, {@code ""} if there is none
     * @return what it says now
     */
    String rewrite(String model, String file, UnaryOperator<String> change) {
        return locked(model, home -> {
            String before = Files.exists(home.resolve(file)) ? Files.readString(home.resolve(file)) : "";
            String after = change.apply(before);
            if (!after.equals(before)) {
                replace(home, file, after);
            }
            return after;
        });
    }

    /**
     * A person's word: this version is served from now on, and a pin is lifted.
     *
     * @throws UnknownVersion if it was never published
     * @throws UnusableArtifact if it must not be served
     */
    public Current promote(String model, String version, Instant now) {
        if (!version.equals(PopularityModel.VERSION)) {
            requireUsable(model, version);
        }
        Current current = change(model, old -> promoted(old, version, now));
        if (model.equals(VectorFields.MODEL)) {
            new VectorFields(this).settle(version);
        }
        return current;
    }

    /** Promotes unless a rollback pinned the model; returns what is current then. */
    public Current promoteUnlessPinned(String model, String version, Instant now) {
        requireUsable(model, version);
        return change(model, old -> old != null && old.pinned() ? old : promoted(old, version, now));
    }

    private void requireUsable(String model, String version) {
        artifact(model, version).usable();
        requireAllowed(model, version);
    }

    private void requireAllowed(String model, String version) {
        Artifact artifact = artifact(model, version);
        artifact.refusal().ifPresent(because -> {
            throw artifact.unusable(because, null);
        });
        if (model.equals(VectorFields.MODEL)) {
            VectorFields.requireCovered(this, version);
        }
    }

    /** What {@link #promote} would refuse this version with; empty if it would not. */
    Optional<String> hindrance(String model, String version) {
        return hindrance(() -> requireUsable(model, version));
    }

    /** The same without a look at whether its files are whole, which takes time. */
    Optional<String> plainHindrance(String model, String version) {
        return hindrance(() -> requireAllowed(model, version));
    }

    private static Optional<String> hindrance(Runnable check) {
        try {
            check.run();
            return Optional.empty();
        } catch (UnusableArtifact e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Back to what was promoted before, else to the popularity model, and pinned there until a promotion. */
    public Current rollback(String model, Instant now) {
        return change(model, old -> back(model, old, now));
    }

    /**
     * The same if it leads away from this version, so that two who ask at once go back one step and not two.
     *
     * @throws Overtaken if another version is promoted by now
     */
    public Current rollback(String model, String from, Instant now) {
        return change(model, old -> {
            if (old == null || !old.version().equals(from)) {
                throw new Overtaken(model, old == null ? "nothing" : old.version());
            }
            return back(model, old, now);
        });
    }

    /** The version that a rollback would lead to now. */
    String rollbackLeadsTo(String model) {
        return back(model, current(model).orElse(null), Instant.EPOCH).version();
    }

    private Current back(String model, Current old, Instant now) {
        List<String> before = new ArrayList<>(old == null ? List.of() : old.before());
        while (!before.isEmpty()) {
            String version = before.remove(0);
            if (isUsable(model, version)) {
                return new Current(version, now, true, before);
            }
        }
        return new Current(PopularityModel.VERSION, now, true, List.of());
    }

    private boolean isUsable(String model, String version) {
        try {
            return version.equals(PopularityModel.VERSION)
                    || artifact(model, version).usable() != null;
        } catch (UnusableArtifact | UnknownVersion e) {
            return false;
        }
    }

    private static Current promoted(Current old, String version, Instant now) {
        if (old == null) {
            return new Current(version, now, false, List.of());
        }
        List<String> before = new ArrayList<>(old.before());
        before.remove(version);
        if (!old.version().equals(version)) {
            before.add(0, old.version());
        }
        return new Current(version, now, false, List.copyOf(before.subList(0, Math.min(KEPT, before.size()))));
    }

    private Current change(String model, UnaryOperator<Current> next) {
        return locked(model, home -> {
            Current current = next.apply(current(model).orElse(null));
            replace(
                    home,
                    CURRENT,
                    Artifact.JSON.writeValueAsString(Artifact.JSON
                            .createObjectNode()
                            .put("version", current.version())
                            .put("promotedAt", current.promotedAt().toString())
                            .put("pinned", current.pinned())
                            .set("before", Artifact.JSON.valueToTree(current.before()))));
            return current;
        });
    }

    /** One change at a time, whichever thread or process makes it; what a change that was killed left is removed first. */
    @SuppressWarnings("try") // the lock is held, not used
    private <T> T locked(String model, Change<T> change) {
        try {
            Path home = Files.createDirectories(home(model));
            synchronized (PROMOTING) {
                try (FileChannel channel = FileChannel.open(
                                home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock held = channel.lock()) {
                    for (Path left : left(home)) {
                        Files.delete(left);
                    }
                    return change.in(home);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to the registry " + folder, e);
        }
    }

    private interface Change<T> {
        T in(Path home) throws IOException;
    }

    private static void replace(Path home, String file, String text) throws IOException {
        Path draft = home.resolve(NEXT + UUID.randomUUID() + ".json");
        write(draft, text);
        move(draft, home.resolve(file));
    }

    /** What a change that was killed left: nobody else changes anything now. */
    private static List<Path> left(Path home) throws IOException {
        try (Stream<Path> paths = Files.list(home)) {
            return paths.filter(path -> path.getFileName().toString().startsWith(NEXT))
                    .toList();
        }
    }

    private Path home(String model) {
        if (!MODEL_NAME.matcher(model).matches()) {
            throw new UnknownVersion(model, "any");
        }
        return folder.resolve(model);
    }

    private List<String> versions(String model) {
        List<String> versions = new ArrayList<>(names(home(model), VERSION_NAME));
        versions.sort(Comparator.reverseOrder());
        return versions;
    }

    private static List<String> names(Path folder, Pattern pattern) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> pattern.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the registry " + folder, e);
        }
    }

    private void prune(String model) throws IOException {
        List<String> keep = new ArrayList<>();
        current(model).ifPresent(current -> {
            keep.add(current.version());
            current.before().stream().limit(1).forEach(keep::add);
        });
        List<String> versions = versions(model);
        for (String version : versions.subList(Math.min(KEPT, versions.size()), versions.size())) {
            if (!keep.contains(version)) {
                Path gone = home(model).resolve(GONE + version);
                try {
                    move(home(model).resolve(version), gone);
                    delete(gone);
                } catch (NoSuchFileException e) {
                    continue; // another process removes it, too
                }
            }
        }
    }

    /** Removes what processes that were killed left half done. */
    private static void sweep(Path home, Instant now) throws IOException {
        String oldest = DRAFT + VERSION.format(now.minus(LEFT_BEHIND));
        List<Path> left;
        try (Stream<Path> paths = Files.list(home)) {
            left = paths.filter(path -> {
                        String name = path.getFileName().toString();
                        return name.startsWith(GONE) || (name.startsWith(DRAFT) && name.compareTo(oldest) < 0);
                    })
                    .toList();
        }
        for (Path path : left) {
            delete(path);
        }
    }

    /** On the disk before it gets its name: a power cut leaves the old file or the new one. */
    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    /** All files of a folder are on the disk before it gets its name. */
    private static void force(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("The registry needs a file system with atomic renames", e);
        }
    }
}
