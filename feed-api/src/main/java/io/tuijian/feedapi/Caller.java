package io.tuijian.feedapi;

import java.util.Arrays;
import java.util.Set;

/** Who calls, as their token says: a viewer (v…), an author (a…) or the name of a service. */
public record Caller(String id, Set<Role> roles) {
    /** Ends the request with 403 unless the caller has one of these roles. */
    void mustBe(Role... allowed) {
        if (Arrays.stream(allowed).noneMatch(roles::contains)) {
            throw Problem.forbidden("This needs a token with the role "
                    + String.join(" or ", Arrays.stream(allowed).map(Role::word).toList()) + ".");
        }
    }

    boolean is(Role role) {
        return roles.contains(role);
    }
}
