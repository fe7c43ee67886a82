package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Visibility;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepostsTest {
    private final InMemoryFeatureStore store = new InMemoryFeatureStore();

    private Content content(String id, String authorId, String originalId) {
        Content content = Content.newBuilder(FeedClient.video(id, authorId, "t1"))
                .setOriginalId(originalId)
                .build();
        store.accept(content);
        return content;
    }

    private Set<String> reposts(String... originals) {
        return new Reposts(Set.of(originals), store::content).among(store.contents());
    }

    @Test
    void reposts_by_others_count_however_far_they_were_carried() {
        content("c-tea", "a-mei", null);
        content("c-else", "a-mei", null);
        content("c-quote", "a-bob", "c-tea");
        content("c-quote-of-quote", "a-eve", "c-quote");
        content("c-other-quote", "a-bob", "c-else");
        assertThat(reposts("c-tea")).containsExactly("c-quote", "c-quote-of-quote");
        assertThat(reposts("c-tea", "c-else")).containsExactly("c-other-quote", "c-quote", "c-quote-of-quote");
    }

    @Test
    void what_an_author_reposts_of_their_own_does_not_nor_what_the_campaign_names() {
        content("c-tea", "a-mei", null);
        content("c-again", "a-mei", "c-tea");
        content("c-quote", "a-bob", "c-tea");
        content("c-home", "a-mei", "c-quote");
        assertThat(reposts("c-tea", "c-quote"))
                .as("of Bob's quote, which is named, Mei is another author")
                .containsExactly("c-home");
        assertThat(reposts("c-tea")).containsExactly("c-quote");
    }

    @Test
    void only_what_everybody_could_see_counts_and_what_was_taken_down_still_does() {
        content("c-tea", "a-mei", null);
        store.accept(Content.newBuilder(content("c-friends", "a-bob", "c-tea"))
                .setVisibility(Visibility.FRIENDS)
                .setVersion(2)
                .build());
        store.accept(Content.newBuilder(content("c-gone", "a-bob", "c-tea"))
                .setState(ContentState.TAKEN_DOWN)
                .setVersion(2)
                .build());
        assertThat(reposts("c-tea")).containsExactly("c-gone");
    }

    @Test
    void reposts_that_go_round_end() {
        content("c-one", "a-bob", "c-two");
        content("c-two", "a-eve", "c-one");
        content("c-lost", "a-eve", "c-unknown");
        assertThat(reposts("c-tea")).isEmpty();
        assertThat(reposts("c-unknown")).isEmpty();
    }
}
