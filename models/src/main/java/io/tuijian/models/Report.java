package io.tuijian.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What says how good a version is: {@code metrics.json} for machines, {@code card.md} with two drawings for people.
 *
 * @param earlier rows it was trained on, or the newest of them
 * @param trainSeconds NaN if unknown
 * @param epochs empty if the learning never ends
 */
public record Report(
        Artifact artifact,
        Instant trainedAt,
        Settings settings,
        TrainingSet earlier,
        Evaluation later,
        List<Action> heads,
        Map<String, Double> figures,
        Verdict verdict,
        double trainSeconds,
        Scores scores,
        Scores popularity,
        List<Epoch> epochs) {

    private static final String CALIBRATION = "calibration.svg";
    private static final String LEARNING = "learning.svg";

    /** Writes both beside the model, and what the card shows. */
    public void write() {
        try {
            Artifact.JSON.writeValue(artifact.metricsFile().toFile(), metrics());
            Files.writeString(artifact.cardFile(), card());
            Files.writeString(
                    artifact.folder().resolve(CALIBRATION), Plots.calibration(later.rows(), scores, Heads.HEADLINE));
            Files.writeString(artifact.folder().resolve(LEARNING), Plots.learning(epochs));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the report of " + artifact, e);
        }
    }

    private ObjectNode metrics() {
        ObjectNode json = Artifact.JSON.createObjectNode();
        json.put("model", artifact.model());
        json.put("version", artifact.version());
        json.put("trained_at", trainedAt.toString());
        json.put("headline", Heads.HEADLINE.name());
        ObjectNode data = json.putObject("data");
        window(data.putObject("train"), earlier);
        window(data.putObject("test"), later.rows());
        json.set("settings", Artifact.JSON.valueToTree(settings));
        figures.forEach((key, value) -> json.put(key, value));
        ObjectNode calibration = json.putObject("calibration");
        for (Action action : heads) {
            calibration.set(action.name(), Artifact.JSON.valueToTree(Bins.of(later.rows(), scores, action)));
        }
        verdict.write(json.putObject("gate"));
        if (!Double.isNaN(trainSeconds)) {
            json.put("train_seconds", trainSeconds);
        }
        return json;
    }

    private static void window(ObjectNode json, TrainingSet rows) {
        json.put("from", rows.from().toString());
        json.put("to", rows.to().toString());
        json.put("rows", rows.size());
        json.put(
                "viewers",
                rows.rows().stream().map(TrainingSet.Row::viewerId).distinct().count());
        ObjectNode positives = json.putObject("positives");
        for (Action action : Heads.ALL) {
            positives.put(action.name(), rows.positives(action));
        }
    }

    private String card() {
        StringBuilder card = new StringBuilder();
        card.append("# ").append(artifact.model()).append(' ').append(artifact.version());
        card.append("\n\nSays how likely each action is, for one viewer and one content.\n\n## Data\n\n");
        card.append("| part | from | to | rows |\n|---|---|---|---|\n");
        line(card, "trained on", earlier);
        line(card, "judged on", later.rows());
        if (!epochs.isEmpty()) {
            card.append(String.format(
                    Locale.ROOT,
                    "%nThe last %.0f %% of the time trained on only decided when to stop. Every feature is as it was known when the item was served; on the part it was judged on, the viewer is as known when that part began.%n",
                    100 * settings.stopShare()));
        } else {
            card.append("\nEvery feature is as it was known when the item was served.\n");
        }
        card.append("\n## Metrics\n\nOn the part it was judged on; *popularity* knows nothing of the viewer.\n\n");
        card.append("| | ranker | popularity |\n|---|---|---|\n");
        for (String figure : List.of("gauc", "ndcg@5", "primary", "gauc_within_surface")) {
            both(card, figure + " (" + Heads.HEADLINE + ")", figure);
        }
        card.append(
                "\n| head | positives | AUC | popularity's AUC | log loss | popularity's | calibration |\n|---|---|---|---|---|---|---|\n");
        for (Action action : heads) {
            String head = action.name().toLowerCase(Locale.ROOT) + ".";
            card.append("| ")
                    .append(action)
                    .append(" | ")
                    .append(later.rows().positives(action))
                    .append(" | ")
                    .append(figure(artifact.model() + "." + head + "auc"))
                    .append(" | ")
                    .append(figure("popularity." + head + "auc"))
                    .append(" | ")
                    .append(figure(artifact.model() + "." + head + "log_loss"))
                    .append(" | ")
                    .append(figure("popularity." + head + "log_loss"))
                    .append(" | ")
                    .append(figure(artifact.model() + "." + head + "calibration"))
                    .append(" |\n");
        }
        card.append("\nCalibration is mean predicted per mean observed: 1 is true, 2 promises twice what happens.\n");
        card.append("\n![what was promised against what came](" + CALIBRATION + ")\n");
        card.append("![loss by pass](" + LEARNING + ")\n\n### Segments\n\n");
        card.append("| rows judged on | rows | GAUC | popularity's | calibration |\n|---|---|---|---|---|\n");
        for (Segment segment : Segment.of(later.rows())) {
            if (segment.rows().length > 0) {
                Segment.Judged judged = segment.judged(later, scores, popularity);
                card.append(String.format(
                        Locale.ROOT,
                        "| %s | %d | %s | %s | %s |%n",
                        segment.name(),
                        judged.rows(),
                        figure(judged.gauc()),
                        figure(judged.popularity()),
                        figure(judged.calibration())));
            }
        }
        card.append("\n## Gate\n\n").append(verdict.table());
        card.append(
                "\n## Inputs\n\nThe viewer, the surface, the content, its author, topics and kind, each by its own vector; ");
        card.append("the viewer's last ").append(settings.tables().recent()).append(" engagements; and\n\n");
        artifact.usable().inputs().names().forEach(name -> card.append("- `")
                .append(name)
                .append("`\n"));
        card.append("\n## Known limits\n\n");
        List<Action> untrained =
                Heads.ALL.stream().filter(action -> !heads.contains(action)).toList();
        if (!untrained.isEmpty()) {
            card.append("- Too few positives to train ")
                    .append(String.join(
                            ", ", untrained.stream().map(Action::name).toList()))
                    .append(": there it answers what popularity answers.\n");
        }
        List<String> constant = artifact.usable().features().stream()
                .filter(input -> input.deviation() == 0)
                .map(Inputs.Input::name)
                .toList();
        if (!constant.isEmpty()) {
            card.append("- Never varied in the rows trained on, so it does not look at them: ")
                    .append(String.join(", ", constant))
                    .append(".\n");
        }
        card.append("- Learned from what an earlier feed chose to show; what was never shown is a guess.\n");
        card.append(String.format(
                Locale.ROOT,
                "- An id met less than %d times shares one vector with all such ids: the features alone tell them apart.%n",
                settings.tables().admitted()));
        card.append(
                "- Where an item stood on its page was an input while training; served, each is scored as if it stood first.\n");
        List<String> unseen = java.util.Arrays.stream(io.tuijian.schemas.ContentKind.values())
                .filter(kind -> earlier.rows().stream().noneMatch(row -> row.kind() == kind))
                .map(Enum::name)
                .toList();
        card.append("- Not one row to learn from was of kind ")
                .append(String.join(", ", unseen))
                .append(".\n");
        return card.toString();
    }

    private static void line(StringBuilder card, String part, TrainingSet rows) {
        card.append("| ")
                .append(part)
                .append(" | ")
                .append(rows.from())
                .append(" | ")
                .append(rows.to())
                .append(" | ")
                .append(rows.size())
                .append(" |\n");
    }

    private void both(StringBuilder card, String label, String figure) {
        card.append("| ")
                .append(label)
                .append(" | ")
                .append(figure(artifact.model() + "." + figure))
                .append(" | ")
                .append(figure("popularity." + figure))
                .append(" |\n");
    }

    private String figure(String key) {
        return figure(figures.getOrDefault(key, Double.NaN));
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }
}
