package io.tuijian.launcher;

import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        description = "Print a token signed with the key of the demo last started from this checkout.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
    private static final Duration VALID = Duration.ofDays(7);

    @ArgGroup(multiplicity = "1")
    private Who who;

    @Spec
    private CommandSpec spec;

    private static final class Who {
        @Option(names = "--viewer", paramLabel = "ID", description = "For a viewer, for instance v12408.")
        private String viewer;

        @Option(names = "--author", paramLabel = "ID", description = "For an author, for instance a5345439.")
        private String author;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description =
                        "For a service or person with this role: viewer, creator, publisher, scientist, operator.")
        private String role;
    }

    @Override
    public Integer call() {
        byte[] key = Home.here().key();
        if (key == null) {
            throw new Failure("No demo has been started from this checkout yet; start one with ./tuijian demo.");
        }
        Tokens tokens = new Tokens(key);
        spec.commandLine().getOut().println(token(tokens));
        return 0;
    }

    private String token(Tokens tokens) {
        if (who.viewer != null) {
            return issue(tokens, id(who.viewer, "v", "--viewer"), EnumSet.of(Role.VIEWER));
        }
        if (who.author != null) {
            return issue(tokens, id(who.author, "a", "--author"), EnumSet.of(Role.CREATOR));
        }
        return issue(tokens, who.role.toLowerCase(Locale.ROOT), EnumSet.of(role(who.role)));
    }

    private static String issue(Tokens tokens, String id, Set<Role> roles) {
        return tokens.issue(id, roles, Instant.now(), VALID);
    }

    private String id(String id, String kind, String option) {
        if (!id.startsWith(kind) || id.length() < 2) {
            throw new ParameterException(
                    spec.commandLine(), "The id after " + option + " begins with " + kind + ", unlike \"" + id + "\".");
        }
        return id;
    }

    private Role role(String word) {
        return Arrays.stream(Role.values())
                .filter(role -> role.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "There is no role " + word + ", only "
                                + String.join(
                                        ", ",
                                        Arrays.stream(Role.values())
                                                .map(Role::word)
                                                .toList()) + "."));
    }
}
