package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SealerTest {
    private final Sealer sealer = new Sealer("a key for tests, 32 bytes or more.".getBytes());

    @Test
    void a_text_is_read_where_it_belongs_only() {
        String sealed = sealer.seal("17 -4", "comments v1 c1");
        assertThat(sealer.open(sealed, "comments v1 c1")).hasValue("17 -4");
        assertThat(sealer.open(sealed, "comments v2 c1")).isEmpty();
        assertThat(new Sealer("another key, also of 32 bytes or more".getBytes()).open(sealed, "comments v1 c1"))
                .isEmpty();
        assertThat(sealer.seal("17 -4", "comments v1 c1")).isNotEqualTo(sealed);
    }

    @Test
    void what_is_made_up_is_not_opened() {
        String sealed = sealer.seal("17 -4", "here");
        String changed = (sealed.charAt(0) == 'A' ? 'B' : 'A') + sealed.substring(1);
        for (String text : new String[] {"", "x", "!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", changed, sealed + "AAAA"}) {
            assertThat(sealer.open(text, "here")).as(text).isEmpty();
        }
    }
}
