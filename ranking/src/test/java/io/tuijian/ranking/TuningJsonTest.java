package io.tuijian.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuningJsonTest {
    private static Tuning read(String json) throws TuningJson.Refused {
        return TuningJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_written_is_read() throws TuningJson.Refused {
        Tuning read = read(TuningJson.write(Tuning.DEFAULT));
        for (Surface surface : Recipes.ALL.keySet()) {
            assertThat(read.of(surface)).isEqualTo(Tuning.DEFAULT.of(surface));
        }
        assertThat(read).usingRecursiveComparison().ignoringFields("bySurface").isEqualTo(Tuning.DEFAULT);
    }

    @Test
    void what_is_left_out_is_as_it_comes_with_the_product() throws TuningJson.Refused {
        assertThat(read("{\"version\": \"t2\"}")).isEqualTo(new Tuning("t2", Map.of()));
        Tuning tuning = read("{\"version\": \"t3\", \"lessOfDays\": 0.5, \"smallAuthorSights\": 7, \"surfaces\": {"
                + "\"for-you\": {\"weights\": {\"LIKE\": 2}, \"mostOfTen\": {\"POST\": 3}, \"drawnFrom\": 5}}}");
        assertThat(tuning.lessOfLasts()).isEqualTo(Duration.ofHours(12));
        assertThat(tuning.promised().smallAuthorSights()).isEqualTo(7);
        SurfaceTuning forYou = tuning.of(Surface.FOR_YOU);
        assertThat(forYou.weights()).isEqualTo(new Weights(Map.of(Action.LIKE, 2.0)));
        assertThat(forYou.mostOfTen()).isEqualTo(Map.of(ContentKind.POST, 3));
        assertThat(forYou.drawnFrom()).isEqualTo(5);
        assertThat(forYou.authorDecay()).isEqualTo(SurfaceTuning.MIXED.authorDecay());
        assertThat(tuning.of(Surface.SHOP)).isEqualTo(SurfaceTuning.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | no JSON in line 1",
                "~~ | the tuning must be a JSON object",
                "[] | the tuning must be a JSON object",
                "null | the tuning must be a JSON object",
                "{\"version\": \"t\"} {} | no JSON",
                "{\"version\": \"t\", \"version\": \"u\"} | Duplicate field 'version'",
                "{} | version is missing",
                "{\"version\": 7} | version is missing",
                "{\"version\": \"\"} | version has not 1 to 64 characters",
                "{\"version\": \"t\", \"fateRat\": 1} | unknown key fateRat in the tuning; known are version,",
                "{\"version\": \"t\", \"fateRate\": 1.5} | fateRate is not within 0 to 1: 1.5",
                "{\"version\": \"t\", \"fateRate\": \"1\"} | fateRate must be a number",
                "{\"version\": \"t\", \"fateRate\": NaN} | no JSON",
                "{\"version\": \"t\", \"firstSights\": 1.5} | firstSights must be a whole number",
                "{\"version\": \"t\", \"firstSights\": 99999999999} | firstSights must be a whole number",
                "{\"version\": \"t\", \"lessOfDays\": 1e300} | lessOfLasts",
                "{\"version\": \"t\", \"surfaces\": 1} | surfaces must be a JSON object",
                "{\"version\": \"t\", \"surfaces\": {\"feed\": {}}} | unknown key feed in surfaces",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": []}} | shop: a surface must be a JSON object",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"x\": 1}}} | shop: unknown key x in a surface",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"temperature\": 2}}} | shop: temperature is not within",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"tasteStrength\": 0.9}}} | shop: tasteStrength is not within",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"tasteStrength\": 4}}} | tasteStrength is not within 1 to 3: 4",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"weights\": {\"LUKE\": 2}}}} | unknown key LUKE",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"weights\": {\"LIKE\": 101}}}} | shop: the weight of LIKE",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"mostOfTen\": {\"POST\": 2.5}}}} | POST must be a whole",
                "{\"version\": \"t\", \"surfaces\": {\"shop\": {\"mostOfTen\": {\"POST\": 11}}}} | mostOfTen of POST"
            })
    void what_is_not_known_or_out_of_bounds_or_no_json_is_refused_in_one_line(String json, String why) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(TuningJson.Refused.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }
}
