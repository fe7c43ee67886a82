package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptLedgerTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();

    /** What a test does with the pages of one viewer, in real keyed state. */
    private interface WithPages {
        void run(MapState<Integer, byte[]> pages) throws Exception;
    }

    private static void inState(WithPages test) throws Exception {
        var function = new KeyedProcessFunction<String, String, String>() {
            private static final long serialVersionUID = 1;
            private transient MapState<Integer, byte[]> pages;

            @Override
            public void open(OpenContext context) {
                pages = getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>(
                                "ledger-pages", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
            }

            @Override
            public void processElement(String value, Context context, Collector<String> out) {}
        };
        try (var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(function), it -> it, Types.STRING)) {
            harness.open();
            harness.processElement("v1", 0);
            test.run(function.pages);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void it_is_a_map_however_often_it_is_written_and_read(long seed) throws Exception {
        inState(pages -> {
            Random random = new Random(seed);
            Map<String, String> oracle = new HashMap<>();
            KeptLedger ledger = KeptLedger.of(pages, NOW);
            for (int i = 0; i < 5 * KeptLedger.PAGE; i++) {
                String key = "id " + random.nextInt(1_000);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        ledger.remove(key);
                        oracle.remove(key);
                    }
                    case 1 -> assertThat(ledger.get(key)).isEqualTo(oracle.get(key));
                    default -> {
                        ledger.put(key, "值 " + i);
                        oracle.put(key, "值 " + i);
                    }
                }
                if (random.nextInt(200) == 0) {
                    ledger.save(pages);
                    ledger = KeptLedger.of(pages, NOW);
                }
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(ledger.get("id " + i)).as("seed %d", seed).isEqualTo(oracle.get("id " + i));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, KeptLedger.PAGE - 1, KeptLedger.PAGE, KeptLedger.PAGE + 1, 3 * KeptLedger.PAGE})
    void what_is_older_than_thirty_days_is_forgotten_and_its_pages_go(int old) throws Exception {
        inState(pages -> {
            KeptLedger ledger = KeptLedger.of(pages, NOW);
            for (int i = 0; i < old; i++) {
                ledger.put("old " + i, "");
            }
            ledger.save(pages);
            ledger = KeptLedger.of(pages, NOW + 30 * DAY);
            ledger.put("new", "");
            assertThat(ledger.get("old 0")).isNotNull();
            ledger.save(pages);

            ledger = KeptLedger.of(pages, NOW + 31 * DAY);
            assertThat(ledger.get("old 0")).isNull();
            assertThat(ledger.get("new")).isNotNull();
            ledger.put("newer", "");
            ledger.save(pages);
            List<Integer> left = new ArrayList<>();
            pages.keys().forEach(left::add);
            assertThat(Set.copyOf(left)).containsExactly(0);
            assertThat(KeptLedger.of(pages, NOW + 32 * DAY).get("new")).isNotNull();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, KeptLedger.PAGE, 3 * KeptLedger.PAGE})
    void one_that_stays_in_memory_forgets_as_well(int later) throws Exception {
        inState(pages -> {
            KeptLedger ledger = KeptLedger.of(pages, NOW);
            for (int i = 0; i < 4 * KeptLedger.PAGE; i++) {
                ledger.put("old " + i, "");
            }
            ledger.save(pages);
            ledger.today(NOW + 30 * DAY);
            for (int i = 0; i < later; i++) {
                ledger.put("later " + i, "value " + i);
            }
            ledger.save(pages);
            assertThat(ledger.size()).isEqualTo(4 * KeptLedger.PAGE + later);

            ledger.today(NOW + 31 * DAY);
            ledger.save(pages);
            assertThat(ledger.size()).isEqualTo(later);
            List<Integer> left = new ArrayList<>();
            pages.keys().forEach(left::add);
            assertThat(left).hasSize((later + KeptLedger.PAGE - 1) / KeptLedger.PAGE);
            KeptLedger read = KeptLedger.of(pages, NOW + 31 * DAY);
            assertThat(ledger.get("old 0")).isNull();
            assertThat(read.get("old 0")).isNull();
            for (int i = 0; i < later; i++) {
                assertThat(ledger.get("later " + i)).isEqualTo("value " + i);
                assertThat(read.get("later " + i)).isEqualTo("value " + i);
            }
        });
    }
}
