package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Visibility;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
    private static JsonNode body(String json) {
        try {
            return new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void isWrong(ThrowingCallable reading, String sentence) {
        assertThatThrownBy(reading).isInstanceOf(Bodies.Wrong.class).hasMessage(sentence);
    }

    @Test
    void an_id_is_needed() throws Bodies.Wrong {
        assertThat(Bodies.id(body("{'id': 'e1'}"), "id")).isEqualTo("e1");
        for (String missing : new String[] {"{}", "{'id': null}", "{'id': ''}", "{'id': '  '}", "[]", "7"}) {
            isWrong(() -> Bodies.id(body(missing), "id"), "id is missing");
        }
    }

    @Test
    void an_id_is_a_string_of_at_most_two_hundred_characters() throws Bodies.Wrong {
        isWrong(() -> Bodies.id(body("{'id': 7}"), "id"), "id must be a string");
        isWrong(() -> Bodies.id(body("{'id': {}}"), "id"), "id must be a string");
        assertThat(Bodies.id(body("{'id': '" + "x".repeat(200) + "'}"), "id")).hasSize(200);
        isWrong(() -> Bodies.id(body("{'id': '" + "x".repeat(201) + "'}"), "id"), "id is longer than 200 characters");
    }

    @Test
    void text_is_measured_in_code_points() throws Bodies.Wrong {
        String pandas = "🐼".repeat(10);
        assertThat(Bodies.text(body("{'text': '" + pandas + "'}"), "text", 10)).isEqualTo(pandas);
        isWrong(
                () -> Bodies.text(body("{'text': '" + pandas + "!'}"), "text", 10),
                "text is longer than 10 characters");
    }

    @Test
    void what_is_absent_or_null_is_null() throws Bodies.Wrong {
        for (String absent : new String[] {"{}", "{'x': null}"}) {
            JsonNode body = body(absent);
            assertThat(Bodies.text(body, "x", 10)).isNull();
            assertThat(Bodies.number(body, "x", 0, 10)).isNull();
            assertThat(Bodies.time(body, "x")).isNull();
            assertThat(Bodies.symbol(body, "x", Visibility.class, Visibility.PUBLIC))
                    .isEqualTo(Visibility.PUBLIC);
            assertThat(Bodies.texts(body, "x", 10)).isEmpty();
        }
    }

    @Test
    void a_number_is_whole_and_within_its_bounds() throws Bodies.Wrong {
        assertThat(Bodies.number(body("{'n': 0}"), "n", 0, 5)).isZero();
        assertThat(Bodies.number(body("{'n': 5}"), "n", 0, 5)).isEqualTo(5);
        for (String wrong :
                new String[] {"-1", "6", "1.5", "5.0", "'3'", "true", "1e99", "99999999999999999999", "[1]"}) {
            isWrong(
                    () -> Bodies.number(body("{'n': " + wrong + "}"), "n", 0, 5),
                    "n must be a whole number from 0 to 5");
        }
    }

    @Test
    void a_time_is_iso_8601() throws Bodies.Wrong {
        assertThat(Bodies.time(body("{'at': '2026-11-21T08:00:00.123Z'}"), "at"))
                .isEqualTo(Instant.parse("2026-11-21T08:00:00.123Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-11-21", "2026-11-21T08:00:00", "2026-13-21T08:00:00Z", "1763712000", ""})
    void what_is_no_time_is_refused_with_an_example(String text) {
        isWrong(() -> Bodies.time(body("{'at': '" + text + "'}"), "at"), "at must be a time like 2026-11-21T08:00:00Z");
    }

    @Test
    void a_symbol_is_one_of_the_known() throws Bodies.Wrong {
        assertThat(Bodies.symbol(body("{'v': 'FRIENDS'}"), "v", Visibility.class, Visibility.PUBLIC))
                .isEqualTo(Visibility.FRIENDS);
        isWrong(
                () -> Bodies.symbol(body("{'v': 'friends'}"), "v", Visibility.class, Visibility.PUBLIC),
                "v is not one of the known values: friends");
    }

    @Test
    void a_list_holds_a_few_short_strings() throws Bodies.Wrong {
        assertThat(Bodies.texts(body("{'t': ['t1', 't2']}"), "t", 2)).containsExactly("t1", "t2");
        String tooMany = "t must be a list of at most 2 strings";
        isWrong(() -> Bodies.texts(body("{'t': ['a', 'b', 'c']}"), "t", 2), tooMany);
        isWrong(() -> Bodies.texts(body("{'t': 'a'}"), "t", 2), tooMany);
        String odd = "t must be a list of short strings";
        isWrong(() -> Bodies.texts(body("{'t': ['a', 7]}"), "t", 2), odd);
        isWrong(() -> Bodies.texts(body("{'t': [null]}"), "t", 2), odd);
        isWrong(() -> Bodies.texts(body("{'t': ['" + "x".repeat(201) + "']}"), "t", 2), odd);
    }
}
