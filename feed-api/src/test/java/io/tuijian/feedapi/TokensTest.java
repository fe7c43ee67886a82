package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final byte[] KEY = "a key that is long enough for all of these algorithms, the longest included"
            .getBytes(StandardCharsets.UTF_8);

    private final Tokens tokens = new Tokens(KEY);

    private String aliceForAnHour() {
        return tokens.issue("v-alice", EnumSet.of(Role.VIEWER), NOON, Duration.ofHours(1));
    }

    private Caller caller(String token) {
        return tokens.caller("Bearer " + token, NOON);
    }

    private void isRefused(String authorization) {
        assertThatThrownBy(() -> tokens.caller(authorization, NOON))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(401));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("tuijian")
                .subject("v-alice")
                .claim("roles", List.of("viewer"))
                .expirationTime(Date.from(NOON.plusSeconds(60)));
    }

    private static String signed(JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
        token.sign(new MACSigner(KEY));
        return token.serialize();
    }

    @Test
    void a_token_tells_whom_it_speaks_for() {
        assertThat(caller(aliceForAnHour())).isEqualTo(new Caller("v-alice", Set.of(Role.VIEWER)));
        String shop = tokens.issue("shop", EnumSet.allOf(Role.class), NOON, Duration.ofDays(1));
        assertThat(caller(shop)).isEqualTo(new Caller("shop", EnumSet.allOf(Role.class)));
    }

    @Test
    void the_word_bearer_is_read_in_any_case() {
        assertThat(tokens.caller("bearer  " + aliceForAnHour(), NOON).id()).isEqualTo("v-alice");
    }

    @Test
    void a_token_ends_when_it_says() {
        String token = aliceForAnHour();
        Instant end = NOON.plus(Duration.ofHours(1));
        assertThat(tokens.caller("Bearer " + token, end.minusMillis(1)).id()).isEqualTo("v-alice");
        assertThatThrownBy(() -> tokens.caller("Bearer " + token, end))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expired");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer x",
                "Bearer a.b.c",
                "Basic djE6djE=",
                "Bearer ...",
                "Bearer {}.{}.{}"
            })
    void what_is_no_token_is_refused(String authorization) {
        isRefused(authorization);
    }

    @Test
    void a_token_signed_with_another_key_is_refused() {
        byte[] other = KEY.clone();
        other[0]++;
        isRefused("Bearer " + new Tokens(other).issue("v-alice", Set.of(Role.OPERATOR), NOON, Duration.ofHours(1)));
    }

    @Test
    void a_token_whose_claims_were_changed_is_refused() {
        String[] alice = aliceForAnHour().split("\\.");
        String[] operator = tokens.issue("v-bob", EnumSet.of(Role.OPERATOR), NOON, Duration.ofHours(1))
                .split("\\.");
        isRefused("Bearer " + alice[0] + "." + operator[1] + "." + alice[2]);
    }

    @Test
    void a_token_without_a_signature_is_refused() {
        isRefused("Bearer " + new PlainJWT(claims().build()).serialize());
    }

    @Test
    void another_algorithm_is_refused_even_with_the_right_key() throws JOSEException {
        assertThat(caller(signed(JWSAlgorithm.HS256, claims().build())).id()).isEqualTo("v-alice");
        isRefused("Bearer " + signed(JWSAlgorithm.HS512, claims().build()));
    }

    @Test
    void a_token_needs_our_issuer_a_subject_and_an_end() throws JOSEException {
        isRefused("Bearer " + signed(JWSAlgorithm.HS256, claims().issuer("else").build()));
        isRefused("Bearer " + signed(JWSAlgorithm.HS256, claims().subject(null).build()));
        isRefused("Bearer "
                + signed(JWSAlgorithm.HS256, claims().expirationTime(null).build()));
    }

    @Test
    void an_unknown_role_is_refused_and_no_role_allows_nothing() throws JOSEException {
        isRefused("Bearer "
                + signed(
                        JWSAlgorithm.HS256,
                        claims().claim("roles", List.of("emperor")).build()));
        Caller nobody =
                caller(signed(JWSAlgorithm.HS256, claims().claim("roles", null).build()));
        assertThat(nobody.roles()).isEmpty();
        assertThatThrownBy(() -> nobody.mustBe(Role.VIEWER, Role.CREATOR))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(403))
                .hasMessageContaining("viewer or creator");
    }

    @Test
    void a_short_key_is_refused_at_the_start() {
        assertThatThrownBy(() -> new Tokens(new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32");
    }

    @Test
    void a_refusal_does_not_repeat_the_token() {
        String token = aliceForAnHour() + "x";
        assertThatThrownBy(() -> caller(token)).hasMessageNotContaining(token.substring(0, 20));
    }
}
