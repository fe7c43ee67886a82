package io.tuijian.ingestion;

/**
 * Where the jobs read and write.
 *
 * @param bootstrapServers of Kafka, {@code host:port,…}
 * @param elasticsearchUrl {@code http://host:port}; null for jobs that do not write there
 * @param redis {@code host:port}, or some nodes of a Redis Cluster, {@code host:port,…}; null for none
 */
public record Clusters(String bootstrapServers, String elasticsearchUrl, String redis) {
    /** Without Redis. */
    public Clusters(String bootstrapServers, String elasticsearchUrl) {
        this(bootstrapServers, elasticsearchUrl, null);
    }

    /**
     * From {@code --bootstrap-servers HOST:PORT,… [--elasticsearch URL] [--redis HOST:PORT,…]}.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    public static Clusters of(String... args) {
        String bootstrapServers = null;
        String elasticsearchUrl = null;
        String redis = null;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            switch (args[i]) {
                case "--bootstrap-servers" -> bootstrapServers = args[i + 1];
                case "--elasticsearch" -> elasticsearchUrl = args[i + 1];
                case "--redis" -> redis = args[i + 1];
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        if (bootstrapServers == null) {
            throw new IllegalArgumentException("--bootstrap-servers is missing");
        }
        return new Clusters(bootstrapServers, elasticsearchUrl, redis);
    }

    String requireElasticsearch() {
        if (elasticsearchUrl == null) {
            throw new IllegalArgumentException("--elasticsearch is missing");
        }
        return elasticsearchUrl;
    }
}
