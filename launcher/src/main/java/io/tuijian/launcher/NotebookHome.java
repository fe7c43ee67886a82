package io.tuijian.launcher;

import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Registry;
import io.tuijian.models.TrainingSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a notebook finds what it works on: the checkout, the files that the jobs wrote, the registry of models, the
 * running demo. {@code ./tuijian notebook} hands it to the kernel as system properties.
 */
public final class NotebookHome {
    private static final String ROOT = "tuijian.root";
    private static final String WORK = "tuijian.work";
    private static final String FILES = "tuijian.files";
    private static final String REGISTRY = "tuijian.registry";

    private final Home home;
    private final Path files;
    private final Path registry;

    /**
     * @param files of a cluster; null for those of the running demo
     * @param registry null for that of the demo
     */
    NotebookHome(Home home, Path files, Path registry) {
        this.home = home;
        this.files = files;
        this.registry = registry;
    }

    /** As the command that started this kernel was told; in any other process as it is without options. */
    public static NotebookHome here() {
        Home here = Home.here();
        Path work = path(WORK);
        return new NotebookHome(work == null ? here : new Home(here.root(), work), path(FILES), path(REGISTRY));
    }

    private static Path path(String property) {
        String value = System.getProperty(property);
        return value == null ? null : Path.of(value);
    }

    /** What the kernel has to be started with. */
    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put(ROOT, home.root().toString());
        properties.put(WORK, home.work().toString());
        if (files != null) {
            properties.put(FILES, files.toString());
        }
        if (registry != null) {
            properties.put(REGISTRY, registry.toString());
        }
        return properties;
    }

    /**
     * Looks whether the folders that were named are there.
     *
     * @throws Failure naming the one that is not
     */
    void check() {
        if (files != null && !Files.isDirectory(files)) {
            throw new Failure("There is no folder " + files + ".");
        }
        if (registry != null && !Files.isDirectory(registry)) {
            throw new Failure("There is no registry " + registry + ".");
        }
    }

    /** The checkout. */
    public Path root() {
        return home.root();
    }

    /** The folder with the log that the demo replays. */
    public Path kuaiRand() {
        return home.kuaiRand();
    }

    /**
     * The rows of that log with its own times, the newest so long to judge by and the others to train on.
     *
     * @throws IllegalArgumentException if nothing is left to train on
     */
    public TrainingSet rankerRows(Duration judged) {
        KuaiRand log = new KuaiRand(kuaiRand());
        Instant judgedFrom = log.lastTime().minus(judged);
        if (!judgedFrom.isAfter(log.firstTime())) {
            throw new IllegalArgumentException("The log begins at " + log.firstTime() + ", and nothing of it is before "
                    + judgedFrom + " to train on.");
        }
        return RankerFromFiles.replay(log, judgedFrom, Instant.MAX);
    }

    /**
     * The folder with {@code examples} and {@code archive} by day, of the cluster that was named, else of the running
     * demo.
     *
     * @throws Failure if no cluster was named and no demo runs, or it has written nothing yet
     */
    public Path files() {
        if (files != null) {
            return files;
        }
        Path written = Path.of(running().archive().orElseThrow(NotebookHome::noDemo));
        if (!Files.isDirectory(written)) {
            throw new Failure(
                    "The demo has written no files yet: the first come two minutes after it is ready, examples after"
                            + " four.");
        }
        return written;
    }

    /** The registry of models: the one that was named, else that of the running demo, or of the next one. */
    public Registry registry() {
        return new Registry(registry == null ? home.registry() : registry);
    }

    /**
     * The demo that runs from this checkout.
     *
     * @throws Failure if none runs, or it is not ready
     */
    public LiveDemo demo() {
        ClusterConfig config = running();
        LiveDemo demo = new LiveDemo("http://localhost:" + config.apiPort(), config.bootstrapServers());
        demo.requireReady();
        return demo;
    }

    private ClusterConfig running() {
        if (!Files.exists(home.demoServers())) {
            throw noDemo();
        }
        return ClusterConfig.of(home.demoServers());
    }

    private static Failure noDemo() {
        return new Failure(
                "No demo runs from this checkout: start one with ./tuijian demo, or name a cluster's files with"
                        + " ./tuijian notebook --files DIR.");
    }
}
