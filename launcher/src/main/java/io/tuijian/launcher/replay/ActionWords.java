package io.tuijian.launcher.replay;

import io.tuijian.schemas.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The words of a log for actions; our own words need no mapping. Case makes no difference. */
public final class ActionWords {
    private static final String IGNORED = "ignore";

    private final Map<String, Action> actions = new HashMap<>();
    private final Set<String> ignored = new HashSet<>();

    private ActionWords() {
        for (Action action : Action.values()) {
            if (action != Action.UNKNOWN) {
                actions.put(key(action.name()), action);
            }
        }
    }

    /**
     * From {@code click=OPEN,buy=PURCHASE,scroll=ignore}; empty for our own words alone.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    public static ActionWords of(String mapping) {
        ActionWords words = new ActionWords();
        for (String pair : mapping.isBlank() ? new String[0] : mapping.split(",", -1)) {
            int equals = pair.lastIndexOf('=');
            String word = key(equals < 0 ? pair : pair.substring(0, equals));
            if (equals < 1 || word.isEmpty()) {
                throw new IllegalArgumentException("\"" + pair + "\" is not of the form WORD=ACTION.");
            }
            String name = pair.substring(equals + 1).strip();
            if (name.equalsIgnoreCase(IGNORED)) {
                words.actions.remove(word);
                words.ignored.add(word);
                continue;
            }
            Action action = words.named(name);
            if (action == null) {
                throw new IllegalArgumentException("There is no action " + name + ", only "
                        + Arrays.stream(Action.values())
                                .filter(one -> one != Action.UNKNOWN)
                                .map(Action::name)
                                .collect(Collectors.joining(", "))
                        + " and " + IGNORED + ".");
            }
            words.actions.put(word, action);
        }
        return words;
    }

    /**
     * From a file with a pair per line; what follows a # is a remark.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    public static ActionWords read(Path file) {
        try {
            return of(Files.readAllLines(file).stream()
                    .map(line -> line.replaceAll("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining(",")));
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read.", e);
        }
    }

    private Action named(String name) {
        return Arrays.stream(Action.values())
                .filter(action -> action != Action.UNKNOWN && action.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    /** What the log calls by this word, or null. */
    Action action(String word) {
        return actions.get(key(word));
    }

    boolean ignores(String word) {
        return ignored.contains(key(word));
    }

    private static String key(String word) {
        return word.strip().toLowerCase(Locale.ROOT);
    }
}
