package io.tuijian.launcher.trainer;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tuijian.launcher.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/** What Prometheus reads of the trainer at {@code /metrics}. */
final class TrainerMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread named = new Thread(work, "trainer-metrics");
        named.setDaemon(true);
        return named;
    });
    private final HttpServer server;

    /**
     * @param port 0 for any free one
     * @throws Failure if the port is in use
     */
    TrainerMetrics(int port, OnlineTraining training, LongSupplier lag) {
        for (Counts.Fate fate : Counts.Fate.values()) {
            FunctionCounter.builder("trainer.examples", training.counts(), counts -> counts.of(fate))
                    .tag("fate", fate.name().toLowerCase(Locale.ROOT))
                    .description("Records of the topic by what became of them, since the learner was made")
                    .register(registry);
        }
        Gauge.builder("trainer.lag", lag::getAsLong)
                .description("Records still to be read")
                .register(registry);
        Gauge.builder("trainer.loss", training, t -> t.state().loss())
                .description("Mean loss per example and head before learning it, smoothed over some twenty batches")
                .register(registry);
        Gauge.builder("trainer.waiting", training, t -> t.state().waiting())
                .description("Examples that wait for more labels")
                .register(registry);
        Gauge.builder("trainer.held", training, t -> t.state().held())
                .description("Examples that will judge the candidate")
                .register(registry);
        Gauge.builder(
                        "trainer.last.promotion",
                        training,
                        t -> t.state().promotedAt() == null
                                ? Double.NaN
                                : t.state().promotedAt().getEpochSecond())
                .baseUnit("seconds")
                .description("When the served version was promoted, since 1970")
                .register(registry);
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new Failure("Port " + port + " is in use; choose another with trainer.metrics-port.", e);
        }
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.setExecutor(thread);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
        registry.close();
    }
}
