package io.tuijian.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a child process printed, for the one line that says why it did not come up. */
record ServerLog(Path file) {

    /** The line that tells most: why the JVM did not start, else the last one with an error in it, else the last one. */
    String tellingLine() {
        try {
            return tellingLine(List.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\\R")));
        } catch (IOException e) {
            return "";
        }
    }

    static String tellingLine(List<String> lines) {
        String last = "";
        String error = "";
        boolean machineFailed = false;
        for (String line : lines) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("at ") || text.startsWith("...")) {
                continue;
            }
            if (machineFailed || text.contains("insufficient memory")) {
                return text;
            }
            machineFailed = text.startsWith("Error occurred during initialization of VM");
            last = text;
            // "ERROR: Elasticsearch did not exit normally" only points back to the log
            if (isError(text) && !text.contains("did not exit normally")) {
                error = text;
            }
        }
        return error.isEmpty() ? last : error;
    }

    private static boolean isError(String text) {
        return text.contains("ERROR")
                || text.contains("FATAL")
                || text.contains("Exception")
                || text.contains("Error:");
    }
}
