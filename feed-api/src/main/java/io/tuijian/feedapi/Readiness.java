package io.tuijian.feedapi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What must hold before this server takes requests, by name. */
public final class Readiness {
    private final Map<String, BooleanSupplier> checks = new LinkedHashMap<>();

    public Readiness with(String name, BooleanSupplier check) {
        checks.put(name, check);
        return this;
    }

    /** Each check and whether it holds now. */
    Map<String, Boolean> now() {
        Map<String, Boolean> now = new LinkedHashMap<>();
        checks.forEach((name, check) -> now.put(name, check.getAsBoolean()));
        return now;
    }
}
