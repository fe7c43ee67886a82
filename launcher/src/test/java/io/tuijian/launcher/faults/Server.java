package io.tuijian.launcher.faults;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;

/** One embedded server that can go down and come back with its data, at its place. */
final class Server implements AutoCloseable {
    private EmbeddedOptions options;
    private EmbeddedCluster running;

    /** Starts it on the state folder of the options. */
    Server(EmbeddedOptions options) {
        this.options = options.withKeep(true);
        up();
    }

    void up() {
        running = EmbeddedCluster.start(options);
        if (options.parts().contains(Part.KAFKA)) {
            options = options.withKafkaPort(port(running.bootstrapServers()));
        }
        if (options.parts().contains(Part.ELASTICSEARCH)) {
            options = options.withElasticsearchPort(port(running.elasticsearchUrl()));
        }
    }

    void down() {
        running.close();
    }

    EmbeddedCluster cluster() {
        return running;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Override
    public void close() {
        running.close();
    }
}
