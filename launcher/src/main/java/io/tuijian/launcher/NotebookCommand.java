package io.tuijian.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts Jupyter with a Java kernel that has the product's class path. */
@Command(
        name = "notebook",
        description = "Open the notebooks in Jupyter, with the product on the class path of a Java kernel.",
        mixinStandardHelpOptions = true)
final class NotebookCommand implements Callable<Integer> {
    @Option(
            names = "--execute",
            paramLabel = "FILE",
            description = "Run this notebook top to bottom without a browser and write it beside, executed.")
    private Path execute;

    @Option(names = "--output", paramLabel = "DIR", description = "Where an executed notebook goes (default: .tuijian/notebooks).")
    private Path output;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = Home.here();
        Path jupyterPath = installKernel(home);
        List<String> command = execute == null
                ? List.of("jupyter", "notebook", "--notebook-dir=" + home.notebooks())
                : List.of(
                        "jupyter",
                        "nbconvert",
                        "--to",
                        "notebook",
                        "--execute",
                        execute.toAbsolutePath().toString(),
                        "--ExecutePreprocessor.kernel_name=tuijian-java",
                        "--ExecutePreprocessor.timeout=900",
                        "--output-dir",
                        (output == null ? home.work().resolve("notebooks") : output).toAbsolutePath().toString());
        ProcessBuilder jupyter = new ProcessBuilder(command).inheritIO().directory(home.root().toFile());
        jupyter.environment().put("JUPYTER_PATH", jupyterPath.toString());
        jupyter.environment().put("OMP_NUM_THREADS", "1");
        try {
            return jupyter.start().waitFor();
        } catch (IOException e) {
            throw new Failure(
                    "Jupyter is not installed; on Debian: apt-get install jupyter-notebook jupyter-nbconvert python3-ipykernel.",
                    e);
        }
    }

    /** Writes the kernel's description into the working folder; nothing is installed on the machine. */
    static Path installKernel(Home home) throws IOException {
        Path jupyterPath = home.work().resolve("jupyter");
        Path kernel = jupyterPath.resolve("kernels/tuijian-java");
        Files.createDirectories(kernel);
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.add("-Xmx2g");
        for (String name : List.of(
                "tuijian.root", "org.bytedeco.javacpp.cachedir", "org.apache.avro.SERIALIZABLE_PACKAGES")) {
            if (System.getProperty(name) != null) {
                argv.add("-D" + name + "=" + System.getProperty(name));
            }
        }
        argv.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "org.rapaio.jupyter.kernel.MainApp",
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
