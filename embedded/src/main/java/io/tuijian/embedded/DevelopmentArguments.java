package io.tuijian.embedded;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The command line of the development environment. */
final class DevelopmentArguments {

    private DevelopmentArguments() {}

    /** The usual ports, and a folder below the temporary one, unless the arguments say otherwise. */
    static EmbeddedOptions parse(List<String> arguments) {
        EmbeddedOptions options = EmbeddedOptions.in(
                        Path.of(System.getProperty("java.io.tmpdir"), "tuijian-development"))
                .withKafkaPort(9092)
                .withElasticsearchPort(9200);
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            options = switch (argument) {
                case "--keep" -> options.withKeep(true);
                case "--state" -> options.withState(Path.of(value(argument, rest)));
                case "--kafka-port" -> options.withKafkaPort(port(argument, rest));
                case "--elasticsearch-port" -> options.withElasticsearchPort(port(argument, rest));
                default ->
                    throw new IllegalArgumentException("Unknown argument " + argument
                            + "; known are --state DIR, --keep, --kafka-port N and --elasticsearch-port N");
            };
        }
        return options;
    }

    private static String value(String argument, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("A value is missing after " + argument);
        }
        return rest.next();
    }

    private static int port(String argument, Iterator<String> rest) {
        String value = value(argument, rest);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(argument + " wants a number, not " + value, e);
        }
    }
}
