package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where something listens that never answers. */
class RedisFeatureStoreTest {
    private static final int REQUESTS = 16;
    private static final Duration DEADLINE = Duration.ofMillis(100);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void after_the_rest_one_request_tries_again_and_the_others_do_not_wait(boolean ofCluster) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(REQUESTS);
        try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"))) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            String addresses = ofCluster ? address + ",localhost:" + silent.getLocalPort() : address;
            RedisFeatureStore.Settings settings = new RedisFeatureStore.Settings(
                    addresses, RedisFeatureStore.Settings.viewersAt(address).topics(), DEADLINE);
            try (RedisFeatureStore store =
                    new RedisFeatureStore(settings, new InMemoryFeatureStore(), () -> Duration.ZERO)) {
                assertThat(store.viewer("v")).isEqualTo(ViewerState.empty("v"));
                assertThat(store.reachable()).isFalse();
                Thread.sleep(600); // the rest is over
                List<Callable<Long>> loads = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    loads.add(() -> {
                        long began = System.nanoTime();
                        store.viewer("v");
                        return (System.nanoTime() - began) / 1_000_000;
                    });
                }
                int waited = 0;
                for (Future<Long> load : pool.invokeAll(loads)) {
                    waited += load.get() >= DEADLINE.toMillis() * 9 / 10 ? 1 : 0;
                }
                assertThat(waited).isEqualTo(1);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
