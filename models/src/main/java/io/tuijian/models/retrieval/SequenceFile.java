package io.tuijian.models.retrieval;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Files of which each line is {@code user item item …}, parted by white space, plain or gzip. Any text without white space
 * is an id. Empty lines are passed over; a user of several lines has all of their items, in the order of the lines.
 */
public final class SequenceFile {
    private static final int LONGEST_LINE = 16 << 20;

    private SequenceFile() {}

    /** A file cannot be used; the message is one line that names it. */
    public static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Hides the last of each sequence.
     *
     * @throws Unusable if the file cannot be read, or nobody has two items
     */
    public static Split leaveOneOut(Path file) {
        Numbers items = new Numbers();
        Map<String, int[]> sequences = read(file, items);
        Histories all =
                new Histories(Catalogue.ofIds(items.names), sequences.values().toArray(int[][]::new), true);
        Split split = Split.lastOut(all);
        if (split.asked().length == 0) {
            throw new Unusable(file + " has no user with two different items: there is nothing to find.", null);
        }
        return split;
    }

    /**
     * Learns from one file and judges by another; the order of items means nothing.
     *
     * @throws Unusable if a file cannot be read, or the second asks for nothing that the first does not have
     */
    public static Split fixed(Path train, Path test) {
        Numbers items = new Numbers();
        Map<String, int[]> known = read(train, items);
        Map<String, int[]> hidden = read(test, items);
        int[][] histories = new int[known.size()][];
        List<int[]> asked = new ArrayList<>();
        int viewer = 0;
        for (Map.Entry<String, int[]> entry : known.entrySet()) {
            histories[viewer++] = Arrays.stream(entry.getValue()).distinct().toArray();
            int[] of = hidden.remove(entry.getKey());
            asked.add(of == null ? new int[0] : of);
        }
        int[][] all = Arrays.copyOf(histories, histories.length + hidden.size());
        Arrays.fill(all, histories.length, all.length, new int[0]);
        asked.addAll(hidden.values());
        Split split = Split.of(new Histories(Catalogue.ofIds(items.names), all, false), asked.toArray(int[][]::new));
        if (split.known().size() == 0) {
            throw new Unusable(train + " has no user with an item: there is nothing to learn from.", null);
        }
        if (split.asked().length == 0) {
            throw new Unusable(test + " asks for nothing that " + train + " does not have.", null);
        }
        return split;
    }

    /** Texts numbered in the order in which they were met. */
    private static final class Numbers {
        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<String> names = new ArrayList<>();

        private int of(String name) {
            Integer known = numbers.putIfAbsent(name, names.size());
            if (known == null) {
                names.add(name);
                return names.size() - 1;
            }
            return known;
        }
    }

    private static Map<String, int[]> read(Path file, Numbers items) {
        Map<String, int[]> sequences = new java.util.LinkedHashMap<>();
        try (BufferedReader lines = open(file)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.length() > LONGEST_LINE) {
                    throw new Unusable(file + " line " + number + " is longer than 16 MiB.", null);
                }
                String[] words = line.strip().split("\\s+");
                if (words[0].isEmpty()) {
                    continue;
                }
                if (line.indexOf('\0') >= 0) {
                    throw new Unusable(file + " line " + number + " is not text.", null);
                }
                int[] sequence = new int[words.length - 1];
                for (int i = 0; i < sequence.length; i++) {
                    sequence[i] = items.of(words[i + 1]);
                }
                sequences.merge(words[0], sequence, SequenceFile::joined);
            }
        } catch (NoSuchFileException e) {
            throw new Unusable("There is no file " + file + ".", e);
        } catch (CharacterCodingException e) {
            throw new Unusable(file + " is not text in UTF-8.", e);
        } catch (IOException e) {
            throw new Unusable(file + " cannot be read: " + e.getMessage(), e);
        }
        if (sequences.isEmpty()) {
            throw new Unusable(file + " is empty.", null);
        }
        return sequences;
    }

    private static BufferedReader open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new Unusable(file + " is a folder, not a file.", null);
        }
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return new BufferedReader(new InputStreamReader(
                    zipped ? new GZIPInputStream(in, 1 << 16) : in,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static int[] joined(int[] one, int[] other) {
        int[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
