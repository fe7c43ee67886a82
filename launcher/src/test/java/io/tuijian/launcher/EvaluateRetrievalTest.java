package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EvaluateRetrievalTest {
    @TempDir
    private Path folder;

    @Test
    void everyModelHasItsFiguresAndTheTableFitsATerminal() throws IOException {
        Path sequences = file("sequences", 1, 12);
        JsonNode figures =
                evaluated("--sequences", sequences.toString(), "--protocol", "leave-one-out", "--minutes", "1");
        for (String model : new String[] {"two-tower", "popularity", "item-knn", "sequential-rules"}) {
            for (String measure : new String[] {"hr@10", "ndcg@10", "recall@20", "ndcg@20"}) {
                assertThat(figures.path(model + "." + measure).isNumber()).isTrue();
            }
        }
        assertThat(figures.path("two-tower.ndcg@10").asDouble())
                .isGreaterThan(figures.path("popularity.ndcg@10").asDouble() + .2);
    }

    @Test
    void aFixedSplitIsJudgedToo() throws IOException {
        JsonNode figures = evaluated(
                "--train",
                file("train", 1, 12).toString(),
                "--test",
                file("test", 2, 3).toString(),
                "--minutes",
                "1");
        assertThat(figures.path("two-tower.recall@20").isNumber()).isTrue();
        assertThat(figures.path("users").asInt()).isPositive();
    }

    private JsonNode evaluated(String... args) throws IOException {
        Path json = folder.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] all = new String[args.length + 4];
        all[0] = "evaluate";
        all[1] = "retrieval";
        System.arraycopy(args, 0, all, 2, args.length);
        all[args.length + 2] = "--json";
        all[args.length + 3] = json.toString();
        assertThat(line.execute(all)).as(err.toString()).isZero();
        assertThat(out.toString().lines()).allMatch(one -> one.length() <= 100);
        return new ObjectMapper().readTree(json.toFile());
    }

    /** Users who mostly go on to the next item. */
    private Path file(String name, long seed, int length) throws IOException {
        Random random = new Random(seed);
        StringJoiner lines = new StringJoiner("\n");
        for (int user = 0; user < 100; user++) {
            StringJoiner line = new StringJoiner(" ").add("user-" + user);
            int at = random.nextInt(50);
            for (int i = 0; i < length; i++) {
                line.add("item-" + at);
                at = random.nextInt(10) == 0 ? random.nextInt(50) : (at + 1) % 50;
            }
            lines.add(line.toString());
        }
        return Files.writeString(folder.resolve(name), lines.toString());
    }
}
