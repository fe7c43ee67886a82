package io.tuijian.launcher.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;

/**
 * A process of its own that asks Elasticsearch what the API asked it, through the same client, at a given rate, and does
 * nothing with the answers: the least that a page can cost.
 */
final class FloorClient {
    /** What it says when it has warmed up, and, followed by numbers, when it is done. */
    static final String MEASURES = "measures";

    static final String DONE = "done ";

    private static final int MOST_UNDER_WAY = 2_000;
    private static final int MOST_CONNECTIONS = 64;

    private final AtomicLong written = new AtomicLong();
    private final RestClient client;
    private final List<List<RecordedCalls.Call>> groups;
    private final Random random = new Random(1);

    private FloorClient(String url, List<List<RecordedCalls.Call>> groups) {
        this.groups = groups;
        this.client = RestClient.builder(HttpHost.create(url))
                .setHttpClientConfigCallback(
                        http -> http.setMaxConnPerRoute(MOST_CONNECTIONS).setMaxConnTotal(MOST_CONNECTIONS))
                .build();
    }

    /** Arguments: recorded calls, URL of Elasticsearch, groups a second, seconds to warm up, seconds to measure. */
    public static void main(String[] args) throws IOException, InterruptedException {
        FloorClient floor = new FloorClient(args[1], RecordedCalls.read(Path.of(args[0])));
        double rate = Double.parseDouble(args[2]);
        floor.run(rate, Duration.ofSeconds(Long.parseLong(args[3])), new Latencies());
        System.out.println(MEASURES);
        Latencies latencies = new Latencies();
        int failed = floor.run(rate, Duration.ofSeconds(Long.parseLong(args[4])), latencies);
        System.out.println(DONE + latencies.count() + " " + failed + " " + latencies.percentile(.5) + " "
                + latencies.percentile(.99));
        Thread.sleep(600_000); // its processor time is read while it lives
    }

    /** How many failed. */
    private int run(double rate, Duration duration, Latencies latencies) throws InterruptedException {
        Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
        AtomicInteger failed = new AtomicInteger();
        double due = System.nanoTime();
        double end = due + duration.toNanos();
        while ((due += 1e9 * -Math.log(1 - random.nextDouble()) / rate) < end) {
            for (long left; (left = (long) due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
            underWay.acquire();
            long began = (long) due;
            send(groups.get(random.nextInt(groups.size())), 0, failed, () -> {
                latencies.add(System.nanoTime() - began);
                underWay.release();
            });
        }
        underWay.acquire(MOST_UNDER_WAY);
        return failed.get();
    }

    private void send(List<RecordedCalls.Call> group, int at, AtomicInteger failed, Runnable end) {
        if (at == group.size()) {
            end.run();
            return;
        }
        RecordedCalls.Call call = group.get(at);
        Request request = new Request(call.method(), fresh(call.path()));
        if (call.body() != null) {
            request.setEntity(new StringEntity(call.body(), ContentType.parse(call.type())));
        }
        client.performRequestAsync(request, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                send(group, at + 1, failed, end);
            }

            @Override
            public void onFailure(Exception e) {
                failed.incrementAndGet();
                send(group, at + 1, failed, end);
            }
        });
    }

    /** A document that is created needs an id of its own each time. */
    private String fresh(String path) {
        int end = path.indexOf("?op_type=create");
        return end < 0 ? path : path.substring(0, end) + "-" + written.incrementAndGet() + path.substring(end);
    }
}
