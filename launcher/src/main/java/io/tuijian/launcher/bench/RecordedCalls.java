package io.tuijian.launcher.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between the API and Elasticsearch and writes down what the API asks, grouped as it is told to. */
final class RecordedCalls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<List<Call>> groups = new ArrayList<>();
    private final HttpServer server;
    private final String url;

    /** A request to Elasticsearch; {@code type} is of the body, both null if there is none. */
    record Call(String method, String path, String type, String body) {}

    RecordedCalls(String elasticsearchUrl) throws IOException {
        this.url = elasticsearchUrl;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::forward);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What comes from now on belongs together. */
    synchronized void begin() {
        groups.add(new ArrayList<>());
    }

    private synchronized void add(Call call) {
        if (!groups.isEmpty()) {
            groups.get(groups.size() - 1).add(call);
        }
    }

    /** Calls per group that has any. */
    synchronized double perGroup() {
        return groups.stream()
                .filter(group -> !group.isEmpty())
                .mapToInt(List::size)
                .average()
                .orElse(0);
    }

    private void forward(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        String path = exchange.getRequestURI().toString();
        String text = body.length == 0 ? null : new String(body, StandardCharsets.UTF_8);
        add(new Call(exchange.getRequestMethod(), path, type, text));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            for (String name : List.of("Content-Type", "X-elastic-product")) {
                response.headers().firstValue(name).ifPresent(value -> exchange.getResponseHeaders()
                        .set(name, value));
            }
            boolean empty =
                    response.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : response.body().length);
            if (!empty) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(response.body());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    /** Writes a line per group that has any calls. */
    synchronized void writeTo(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (List<Call> group : groups) {
                if (!group.isEmpty()) {
                    out.write(JSON.writeValueAsString(group));
                    out.newLine();
                }
            }
        }
    }

    /** What {@link #writeTo} wrote. */
    static List<List<Call>> read(Path file) throws IOException {
        List<List<Call>> groups = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                groups.add(List.of(JSON.readValue(line, Call[].class)));
            }
        }
        return groups;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
