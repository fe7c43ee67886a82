package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A feature is one line in {@code FeatureSet} and its golden value: added to a copy of the module, they bring it to the
 * stream, the rows, the artifact, the server's scorer and the table of features, with every other module as it was built.
 */
@Tag("full")
class OneLineIT {
    private static final Path FEATURES = Path.of(System.getProperty("tuijian.root"), "features");
    private static final String SET = "new FeatureSet(List.of(\n";
    private static final String LINE =
            "of(\"content.delight\", \"LIKE of the content per FINISH\", e -> e.content.count(LIKE) / e.content.count(FINISH)),\n";
    private static final String GOLDEN_VALUES = "return Stream.of(\n";
    private static final String GOLDEN = "new Golden(\"content.delight\", 0.666667), // 2 / 3\n";

    @TempDir
    Path folder;

    @Test
    void a_line_and_its_golden_value_are_all_it_takes() throws Exception {
        Path copy = folder.resolve("features");
        copy(FEATURES.resolve("src"), copy.resolve("src"));
        Files.copy(FEATURES.resolve("README.md"), copy.resolve("README.md"));
        added(copy.resolve("src/main/java/io/tuijian/features/FeatureSet.java"), SET, LINE);
        added(copy.resolve("src/test/java/io/tuijian/features/FeatureSetTest.java"), GOLDEN_VALUES, GOLDEN);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String others = System.getProperty("java.class.path");
        compiled(copy.resolve("src/main"), classes, others);
        compiled(copy.resolve("src/test"), classes, classes + File.pathSeparator + others);

        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dtuijian.root=" + FEATURES.getParent(),
                        "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                        "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                        "-cp",
                        classes + File.pathSeparator + others,
                        OneLineProbe.class.getName(),
                        "content.delight",
                        folder.resolve("work").toString())
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(out))
                .contains(
                        "golden values hold",
                        "the stream gives it",
                        "training rows have it",
                        "the artifact lists it",
                        "the server's scorer computes it",
                        "the table is written");
        assertThat(copy.resolve("README.md"))
                .content(StandardCharsets.UTF_8)
                .contains("| `content.delight` | LIKE of the content per FINISH |");
    }

    private static void added(Path file, String after, String line) throws IOException {
        String source = Files.readString(file);
        assertThat(source).containsOnlyOnce(after);
        Files.writeString(file, source.replace(after, after + line));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.createDirectories(to.resolve(from.relativize(file)).getParent());
                if (Files.isRegularFile(file)) {
                    Files.copy(file, to.resolve(from.relativize(file)));
                }
            }
        }
    }

    private static void compiled(Path sources, Path to, String classPath) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                Stream<Path> all = Files.walk(sources)) {
            List<Path> java =
                    all.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none", "-nowarn", "-d", to.toString(), "-cp", classPath),
                                    null,
                                    files.getJavaFileObjectsFromPaths(java))
                            .call())
                    .isTrue();
        }
    }
}
