package io.tuijian.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table<String> table = new Table<>(100, String::length);

    @Test
    void the_greater_order_wins_and_an_equal_one_replaces() {
        table.accept("a", "second", 2, 20);
        table.accept("a", "first", 1, 30);
        assertThat(table.get("a")).isEqualTo("second");
        table.accept("a", "again", 2, 30);
        assertThat(table.get("a")).isEqualTo("again");
    }

    @Test
    void beyond_the_bound_what_was_written_longest_ago_goes_first() {
        for (int i = 0; i < 20; i++) {
            table.accept("id" + i, "0123456789", 0, i);
        }
        List<String> left = new ArrayList<>();
        table.visit((id, value, order, at) -> left.add(id));
        assertThat(left).hasSizeBetween(9, 10).contains("id19", "id18", "id17").doesNotContain("id0", "id9");
        assertThat(table.evicted()).isEqualTo(20 - left.size());
    }

    @Test
    void what_is_written_again_counts_once_and_is_young_again() {
        for (int i = 0; i < 9; i++) {
            table.accept("id" + i, "0123456789", 0, i);
        }
        for (int i = 0; i < 100; i++) {
            table.accept("id0", "0123456789", 0, 100 + i);
        }
        assertThat(table.evicted()).isZero();
        table.accept("more", "0123456789", 0, 300);
        table.accept("most", "0123456789", 0, 301);
        assertThat(table.get("id0")).isNotNull();
        assertThat(table.get("id1")).isNull();
    }

    @Test
    void what_was_not_written_for_long_is_forgotten() {
        table.accept("old", "x", 0, 10);
        table.accept("new", "x", 0, 20);
        table.forgetWrittenBefore(20);
        assertThat(table.get("old")).isNull();
        assertThat(table.get("new")).isEqualTo("x");
        assertThat(table.evicted()).isZero();
    }

    @Test
    void what_is_removed_leaves_room() {
        for (int i = 0; i < 100; i++) {
            table.accept("id" + i, "0123456789", 0, i);
            table.remove("id" + i);
            table.remove("id" + i);
        }
        assertThat(table.size()).isZero();
        assertThat(table.evicted()).isZero();
    }
}
