package io.tuijian.feedapi;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Signs and reads bearer tokens: JWTs with HMAC-SHA-256. Safe from many threads. */
public final class Tokens {
    private static final String ISSUER = "tuijian";
    private static final String ROLES = "roles";

    private final byte[] key;

    /**
     * @param key at least 32 bytes
     */
    public Tokens(byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException("the key that signs tokens needs at least 32 bytes, not " + key.length);
        }
        this.key = key.clone();
    }

    public String issue(String id, Set<Role> roles, Instant now, Duration valid) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(id)
                .claim(ROLES, roles.stream().map(Role::word).sorted().toList())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(valid)))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    /** Who this {@code Authorization} header speaks for; ends the request with 401 if it is missing, forged or old. */
    public Caller caller(String authorization, Instant now) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw Problem.unauthorized("Send the header Authorization: Bearer <token>.");
        }
        try {
            SignedJWT token = SignedJWT.parse(authorization.substring(7).trim());
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm()) || !token.verify(new MACVerifier(key))) {
                throw Problem.unauthorized("The token was not signed by this service.");
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            if (!ISSUER.equals(claims.getIssuer()) || claims.getSubject() == null) {
                throw Problem.unauthorized("The token was not issued by this service.");
            }
            if (claims.getExpirationTime() == null
                    || !now.isBefore(claims.getExpirationTime().toInstant())) {
                throw Problem.unauthorized("The token has expired.");
            }
            return new Caller(claims.getSubject(), roles(claims.getStringListClaim(ROLES)));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw Problem.unauthorized("The token cannot be read.");
        }
    }

    /** Until when the token of this header, which {@link #caller} took, is valid. */
    static Instant expiry(String authorization) {
        try {
            return SignedJWT.parse(authorization.substring(7).trim())
                    .getJWTClaimsSet()
                    .getExpirationTime()
                    .toInstant();
        } catch (ParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Set<Role> roles(List<String> words) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        if (words != null) {
            words.forEach(word -> roles.add(Role.valueOf(word.toUpperCase(Locale.ROOT))));
        }
        return roles;
    }
}
