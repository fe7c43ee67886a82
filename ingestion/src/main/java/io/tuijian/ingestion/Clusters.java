package io.tuijian.ingestion;

/**
 * Where the jobs read and write.
 *
 * @param bootstrapServers of Kafka, {@code host:port,…}
 * @param elasticsearchUrl {@code http://host:port}; null for jobs that do not write there
 * @param redis {@code host:port}, or some nodes of a Redis Cluster, {@code host:port,…}; null for none
 * @param archive where and how files are written; null for jobs that write none
 */
public record Clusters(String bootstrapServers, String elasticsearchUrl, String redis, Archive archive) {
    /**
     * Files that the jobs write.
     *
     * @param folder a folder of this machine or a URI of one
     * @param generation the folder of the examples of this run of the log; null for the time when the job starts
     * @param keepNegatives probability with which a row without a label beyond {@code SEEN} is kept, in (0, 1]
     */
    public record Archive(String folder, String generation, double keepNegatives) {
        public Archive {
            if (folder == null || folder.isBlank()) {
                throw new IllegalArgumentException("--archive is missing");
            }
            if (generation != null && !generation.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
                throw new IllegalArgumentException(
                        "--generation is made of letters, digits, dots, dashes and underscores, unlike " + generation);
            }
            if (!(keepNegatives > 0 && keepNegatives <= 1)) {
                throw new IllegalArgumentException(
                        "--keep-negatives is above 0 and at most 1, unlike " + keepNegatives);
            }
        }

        /** Everything in this folder, every row kept, in a new generation. */
        public static Archive in(String folder) {
            return new Archive(folder, null, 1);
        }
    }

    /** Without Redis and without files. */
    public Clusters(String bootstrapServers, String elasticsearchUrl) {
        this(bootstrapServers, elasticsearchUrl, null, null);
    }

    /** Without files. */
    public Clusters(String bootstrapServers, String elasticsearchUrl, String redis) {
        this(bootstrapServers, elasticsearchUrl, redis, null);
    }

    /** Without Redis. */
    public Clusters(String bootstrapServers, String elasticsearchUrl, Archive archive) {
        this(bootstrapServers, elasticsearchUrl, null, archive);
    }

    /**
     * From {@code --bootstrap-servers HOST:PORT,… [--elasticsearch URL] [--redis HOST:PORT,…] [--archive FOLDER|URI
     * [--generation NAME] [--keep-negatives P]]}.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    public static Clusters of(String... args) {
        String bootstrapServers = null;
        String elasticsearchUrl = null;
        String redis = null;
        String archive = null;
        String generation = null;
        double keepNegatives = 1;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            switch (args[i]) {
                case "--bootstrap-servers" -> bootstrapServers = args[i + 1];
                case "--elasticsearch" -> elasticsearchUrl = args[i + 1];
                case "--redis" -> redis = args[i + 1];
                case "--archive" -> archive = args[i + 1];
                case "--generation" -> generation = args[i + 1];
                case "--keep-negatives" -> keepNegatives = probability(args[i], args[i + 1]);
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        if (bootstrapServers == null) {
            throw new IllegalArgumentException("--bootstrap-servers is missing");
        }
        return new Clusters(
                bootstrapServers,
                elasticsearchUrl,
                redis,
                archive == null ? null : new Archive(archive, generation, keepNegatives));
    }

    private static double probability(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs a number, unlike " + value, e);
        }
    }

    String requireElasticsearch() {
        if (elasticsearchUrl == null) {
            throw new IllegalArgumentException("--elasticsearch is missing");
        }
        return elasticsearchUrl;
    }

    Archive requireArchive() {
        if (archive == null) {
            throw new IllegalArgumentException("--archive is missing");
        }
        return archive;
    }
}
