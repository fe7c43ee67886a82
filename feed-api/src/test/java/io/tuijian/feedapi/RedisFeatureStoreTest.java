package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where something listens that hangs up, and then never answers. */
class RedisFeatureStoreTest {
    private static final int REQUESTS = 16;
    private static final Duration NEVER = Duration.ofMinutes(2);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Takes calls, and hangs up at once or holds the line. */
    private static final class Mute implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        private final List<Socket> held = Collections.synchronizedList(new ArrayList<>());
        private final AtomicLong calls = new AtomicLong();
        private final CountDownLatch called = new CountDownLatch(1);
        private volatile boolean holds;

        Mute() throws IOException {
            Thread thread = new Thread(this::answer, "mute-redis");
            thread.setDaemon(true);
            thread.start();
        }

        private void answer() {
            try {
                while (true) {
                    Socket call = socket.accept();
                    calls.incrementAndGet();
                    if (holds) {
                        held.add(call);
                        called.countDown();
                    } else {
                        call.close();
                    }
                }
            } catch (IOException e) {
                assertThat(socket.isClosed()).isTrue();
            }
        }

        void hangUp() throws IOException {
            holds = false;
            for (Socket call : List.copyOf(held)) {
                call.close();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            hangUp();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void after_the_rest_one_request_tries_again_and_the_others_do_not_wait(boolean ofCluster) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(REQUESTS);
        AtomicLong nanos = new AtomicLong();
        try (Mute redis = new Mute()) {
            int port = redis.socket.getLocalPort();
            String address = "127.0.0.1:" + port;
            RedisFeatureStore.Settings settings = new RedisFeatureStore.Settings(
                    ofCluster ? address + ",localhost:" + port : address,
                    RedisFeatureStore.Settings.viewersAt(address).topics(),
                    NEVER);
            try (RedisFeatureStore store =
                    new RedisFeatureStore(settings, new InMemoryFeatureStore(), () -> Duration.ZERO, nanos::get)) {
                assertThat(store.viewer("v")).isEqualTo(ViewerState.empty("v"));
                assertThat(store.reachable()).isFalse();
                long calls = redis.calls.get();
                assertThat(calls).isPositive();
                nanos.addAndGet(Redis.REST.toNanos() - 1);
                assertThat(store.viewer("v")).isEqualTo(ViewerState.empty("v"));
                assertThat(redis.calls).hasValue(calls);

                nanos.incrementAndGet();
                redis.holds = true;
                Future<ViewerState> waiting = pool.submit(() -> store.viewer("v"));
                assertThat(redis.called.await(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                List<Callable<ViewerState>> others = Collections.nCopies(REQUESTS - 1, () -> store.viewer("v"));
                for (Future<ViewerState> other : pool.invokeAll(others, DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                    assertThat(other.get()).isEqualTo(ViewerState.empty("v"));
                }
                assertThat(waiting).isNotDone();
                assertThat(redis.calls).hasValue(calls + 1);
                redis.hangUp();
                assertThat(waiting.get(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ViewerState.empty("v"));
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
