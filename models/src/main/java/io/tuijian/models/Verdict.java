package io.tuijian.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/** What the gate says of a version: whether it may be served, and every rule with what it found. */
public record Verdict(List<Check> checks) {
    /** One rule: its name, whether it was kept, and the figures in words. */
    public record Check(String rule, boolean kept, String found) {}

    /** With these rules before its own. */
    Verdict after(List<Check> others) {
        return new Verdict(Stream.concat(others.stream(), checks.stream()).toList());
    }

    /** Whether every rule was kept. */
    public boolean promoted() {
        return checks.stream().allMatch(Check::kept);
    }

    /** Why not, one sentence per broken rule; empty if promoted. */
    public List<String> reasons() {
        return checks.stream()
                .filter(check -> !check.kept())
                .map(check -> check.rule() + ": " + check.found())
                .toList();
    }

    /** For a terminal or a card, a line per rule. */
    public String table() {
        StringBuilder table = new StringBuilder("| rule | kept | found |\n|---|---|---|\n");
        for (Check check : checks) {
            table.append("| ")
                    .append(check.rule())
                    .append(" | ")
                    .append(check.kept() ? "yes" : "**no**")
                    .append(" | ")
                    .append(check.found())
                    .append(" |\n");
        }
        return table.toString();
    }

    /** Into {@code gate} of {@code metrics.json}. */
    public void write(ObjectNode gate) {
        gate.put("passed", promoted());
        reasons().forEach(gate.withArray("reasons")::add);
    }
}
