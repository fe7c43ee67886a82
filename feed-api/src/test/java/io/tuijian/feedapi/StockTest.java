package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StockTest {
    @Test
    void what_cannot_wait_to_say_its_stock_is_counted() {
        try (Elasticsearch absent = new Elasticsearch("http://localhost:1");
                Stock stock = new Stock(absent, Duration.ofSeconds(1), null, null, 0)) {
            stock.follow("c1");
            stock.follow("c2");
            assertThat(stock.notFollowed()).isEqualTo(2);
        }
        try (Elasticsearch absent = new Elasticsearch("http://localhost:1");
                Stock stock = new Stock(absent, Duration.ofSeconds(1), null, null, 2)) {
            stock.follow("c1");
            stock.follow("c1");
            assertThat(stock.notFollowed()).isZero();
        }
    }
}
