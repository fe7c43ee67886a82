package io.tuijian.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts Jupyter with a Java kernel that has the product's class path. */
@Command(
        name = "notebook",
        description = "Open the notebooks in Jupyter, with the product on the class path of a Java kernel.",
        mixinStandardHelpOptions = true)
final class NotebookCommand implements Callable<Integer> {
    private static final int LONGEST_CELL_SECONDS = 900;
    private static final int LONGEST_START_SECONDS = 60;
    private static final int MOST_STARTS = 5;
    private static final String MISSING =
            "Jupyter is not installed; on Debian: apt-get install jupyter-nbconvert jupyter-notebook.";

    /** The programs that show notebooks, the first of which is taken. */
    private static final List<String> BROWSERS = List.of("jupyter-notebook", "jupyter-lab");

    /** What Jupyter says of a kernel that could bind none, or not all, of its ports. */
    private static final List<String> STILLBORN =
            List.of("Kernel died before replying to kernel_info", "Kernel didn't respond in");

    /** Begins the lines that say where in its own code Jupyter was; they are indented. */
    private static final String TRACE = "Traceback (most recent call last):";

    /** The kernel tells every message it gets unless it finds this on its class path. */
    private static final String QUIET = "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n";

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description = "The folder with the examples and the archive of a cluster (default: those of the demo that"
                    + " runs from this checkout).")
    private Path files;

    @Option(
            names = "--registry",
            paramLabel = "DIR",
            description = "The registry of models (default: that of this checkout).")
    private Path registry;

    @Option(
            names = "--execute",
            paramLabel = "FILE",
            description = "Run this notebook from top to bottom without a browser and write what came out.")
    private Path execute;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where an executed notebook goes (default: .tuijian/notebooks).")
    private Path output;

    @Spec
    private CommandSpec spec;

    private final Home home;

    NotebookCommand() {
        this(Home.here());
    }

    /** In a checkout whose demo keeps its files elsewhere. */
    NotebookCommand(Home home) {
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (execute != null && !Files.isRegularFile(execute)) {
            throw new Failure("There is no notebook " + execute + ".");
        }
        NotebookHome told = new NotebookHome(home, absolute(files), absolute(registry));
        told.check();
        Path jupyterPath = installKernel(home, told.properties());
        if (files == null && !Files.exists(home.demoServers())) {
            spec.commandLine()
                    .getErr()
                    .println("No demo runs from this checkout; notebooks that look at one ask for it: ./tuijian demo.");
        }
        Path folder = (output == null ? home.work().resolve("notebooks") : output).toAbsolutePath();
        ProcessBuilder jupyter = new ProcessBuilder(execute == null ? interactive() : headless(folder))
                .inheritIO()
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .directory(home.root().toFile());
        jupyter.environment()
                .merge("JUPYTER_PATH", jupyterPath.toString(), (theirs, ours) -> ours + File.pathSeparator + theirs);
        try {
            int status = run(jupyter);
            if (status == 0 && execute != null) {
                spec.commandLine().getOut().println("Executed: " + folder.resolve(execute.getFileName()));
            }
            return status;
        } catch (IOException e) {
            throw new Failure(MISSING, e);
        }
    }

    private static Path absolute(Path folder) {
        return folder == null ? null : folder.toAbsolutePath().normalize();
    }

    /**
     * Runs Jupyter to its end, again when the kernel died or stayed silent at its start: Jupyter picks the kernel's ports
     * before the kernel binds them, and any connection made in between may take one.
     */
    private static int run(ProcessBuilder jupyter) throws IOException, InterruptedException {
        for (int start = 1; ; start++) {
            Process process = jupyter.start();
            boolean stillborn = false;
            try (BufferedReader errors = process.errorReader()) {
                boolean traced = false;
                for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                    traced = line.equals(TRACE) || traced && line.startsWith(" ");
                    if (!traced) {
                        System.err.println(line);
                    }
                    stillborn |= STILLBORN.stream().anyMatch(line::contains);
                }
            }
            int status = process.waitFor();
            if (!stillborn || start == MOST_STARTS) {
                return status;
            }
            System.err.println("The kernel could not start; once more.");
        }
    }

    private List<String> interactive() {
        String program = BROWSERS.stream()
                .filter(NotebookCommand::isInstalled)
                .findFirst()
                .orElseThrow(() -> new Failure(MISSING));
        List<String> command = new ArrayList<>(List.of(program, "--notebook-dir=" + home.notebooks()));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--allow-root"); // Jupyter refuses otherwise; in a container everyone is root
        }
        return command;
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private List<String> headless(Path folder) {
        return List.of(
                "jupyter-nbconvert",
                "--log-level=WARN",
                "--to=notebook",
                "--execute",
                execute.toAbsolutePath().toString(),
                "--ExecutePreprocessor.kernel_name=tuijian-java",
                "--ExecutePreprocessor.timeout=" + LONGEST_CELL_SECONDS,
                "--ExecutePreprocessor.startup_timeout=" + LONGEST_START_SECONDS,
                "--output-dir=" + folder);
    }

    /** Writes the kernel's description into the working folder; nothing is installed on the machine. */
    private static Path installKernel(Home home, Map<String, String> properties) throws IOException {
        Path jupyterPath = home.work().resolve("jupyter");
        Path kernel = jupyterPath.resolve("kernels/tuijian-java");
        Files.createDirectories(kernel);
        Files.writeString(kernel.resolve("logging.properties"), QUIET);
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.add("-Xmx2g");
        argv.add("-XX:+UseParallelGC");
        argv.add("-Dfile.encoding=UTF-8");
        new TreeMap<>(properties).forEach((name, value) -> argv.add("-D" + name + "=" + value));
        argv.add("-Dtuijian.log=" + home.work().resolve("notebook.log"));
        for (String name : List.of("org.bytedeco.javacpp.cachedir", "org.apache.avro.SERIALIZABLE_PACKAGES")) {
            if (System.getProperty(name) != null) {
                argv.add("-D" + name + "=" + System.getProperty(name));
            }
        }
        argv.addAll(List.of(
                "-cp",
                kernel + File.pathSeparator + System.getProperty("java.class.path"),
                NotebookKernel.class.getName(),
                "{connection_file}"));
        Map<String, Object> description = Map.of(
                "argv", argv,
                "display_name", "Tuijian (Java)",
                "language", "java",
                "interrupt_mode", "message",
                "env", Map.of("OMP_NUM_THREADS", "1"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(kernel.resolve("kernel.json").toFile(), description);
        return jupyterPath;
    }
}
