package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tuijian.ranking.NegativeFeedback;
import io.tuijian.ranking.Signal;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode api = read();

    @Test
    void everyRouteIsDescribedAndNothingElse() {
        assertThat(operations().keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Route.values())
                        .map(route -> route.method().name() + " " + route.path())
                        .toList());
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsReferredTo() {
        Set<String> references = new TreeSet<>();
        walk(api, (name, node) -> {
            if (name.equals("$ref")) {
                references.add(node.asText());
            }
        });
        assertThat(references).allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(api.at(reference.substring(1)).isMissingNode()).isFalse();
        });

        List<String> components = new ArrayList<>();
        for (String section : List.of("parameters", "requestBodies", "responses", "schemas")) {
            api.path("components")
                    .path(section)
                    .fieldNames()
                    .forEachRemaining(component -> components.add("#/components/" + section + "/" + component));
        }
        assertThat(references).containsExactlyInAnyOrderElementsOf(components);
    }

    @Test
    void everyReasonIsNamedAndDescribed() {
        JsonNode code = api.at("/components/schemas/Reason/properties/code");
        assertThat(texts(code.path("enum"))).isEqualTo(Signal.codes());
        assertThat(code.path("description").asText())
                .contains(Arrays.stream(Signal.values())
                        .map(signal -> "- `" + signal.code() + "`: " + signal.meaning() + ".")
                        .toList());
    }

    @Test
    void everyOperationHasItsOwnNameASummaryAndAKnownTag() {
        List<String> tags = texts(api.path("tags"), "name");
        List<String> names = new ArrayList<>();
        operations().forEach((route, operation) -> {
            names.add(operation.path("operationId").asText());
            assertThat(operation.path("summary").asText()).as(route).isNotBlank();
            assertThat(tags).as(route).containsAll(texts(operation.path("tags")));
        });
        assertThat(names).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void everyPathParameterIsDescribed() {
        operations().forEach((route, operation) -> {
            String path = route.substring(route.indexOf(' ') + 1);
            List<String> described = Stream.of(operation, api.path("paths").path(path))
                    .flatMap(owner -> stream(owner.path("parameters")))
                    .filter(parameter -> parameter.path("in").asText().equals("path"))
                    .map(parameter -> parameter.path("name").asText())
                    .toList();
            List<String> wanted = Arrays.stream(path.split("/"))
                    .filter(part -> part.startsWith("{"))
                    .map(part -> part.substring(1, part.length() - 1))
                    .toList();
            assertThat(described).as(route).containsExactlyInAnyOrderElementsOf(wanted);
        });
    }

    @Test
    void whatNeedsATokenAnswersProblemsAndNamesARole() {
        Set<String> roles = Arrays.stream(Role.values()).map(Role::word).collect(Collectors.toSet());
        operations().forEach((route, operation) -> {
            if (operation.has("security")) {
                assertThat(operation.path("security"))
                        .as("open to all: " + route)
                        .isEmpty();
                return;
            }
            assertThat(operation.path("responses").has("401")).as(route).isTrue();
            assertThat(operation.path("responses").has("403")).as(route).isTrue();
            assertThat(operation.path("responses").has("default")).as(route).isTrue();
            String description = operation.path("description").asText();
            assertThat(roles.stream().anyMatch(role -> description.contains("`" + role + "`"))
                            || description.contains("any role"))
                    .as("a role of " + route)
                    .isTrue();
        });
        api.path("components").path("responses").forEach(response -> {
            if (!response.path("content").has("text/html")) {
                assertThat(response.at("/content/application~1problem+json/schema/$ref")
                                .asText())
                        .isEqualTo("#/components/schemas/Problem");
            }
        });
        String bearer = api.at("/components/securitySchemes/bearer/description").asText();
        assertThat(roles).allSatisfy(role -> assertThat(bearer).contains("- `" + role + "`"));
    }

    @Test
    void wordsAreThoseOfTheCode() {
        assertThat(words(schema("Action"))).isEqualTo(names(Action.values()));
        assertThat(words(schema("Visibility")))
                .isEqualTo(names(Visibility.values()))
                .isEqualTo(names(Audience.values()));
        assertThat(words(schema("Kind"))).isEqualTo(symbols(ContentKind.values()));
        assertThat(words(schema("Content").path("properties").path("provenance")))
                .isEqualTo(names(Provenance.values()));
        Set<String> controls = new TreeSet<>(names(RelationKind.values()));
        Stream.of(NegativeFeedback.Kind.values()).forEach(kind -> controls.add("LESS_OF_" + kind));
        assertThat(words(schema("Control").path("properties").path("kind"))).isEqualTo(controls);
        assertThat(words(parameter("/v1/viewers/me/{kind}/{id}", "kind"))).isEqualTo(Controls.KINDS.keySet());
        Set<String> surfaces = Set.copyOf(Surfaces.words());
        assertThat(words(parameter("/v1/feed/{surface}", "surface"))).isEqualTo(surfaces);
        assertThat(words(schema("Engagement").path("properties").path("surface")))
                .isEqualTo(surfaces);
    }

    @Test
    void propertiesAreThoseOfTheAnswers() {
        assertThat(properties("Content")).isEqualTo(components(ContentView.class));
        assertThat(properties("ShopItem")).isEqualTo(components(ContentView.Item.class));
        assertThat(properties("Video")).isEqualTo(components(ContentView.Video.class));
        assertThat(properties("Taken")).isEqualTo(components(EngagementIntake.Taken.class));
        assertThat(properties("Comments")).isEqualTo(components(Comments.Page.class));
        assertThat(properties("Comment")).isEqualTo(components(Comments.Comment.class));
        assertThat(properties("Page")).isEqualTo(components(FeedService.Page.class));
        assertThat(properties("Reach")).isEqualTo(components(ReachFigures.class));
        assertThat(properties("ReachAnswer")).isEqualTo(components(ReachAnswer.class));
        assertThat(properties("ReachGroup")).isEqualTo(components(ReachAnswer.Group.class));
        assertThat(properties("ReachStage")).isEqualTo(components(ReachAnswer.Stage.class));
        assertThat(properties("ReachSplit")).isEqualTo(components(ReachAnswer.Split.class));
        Map<String, Object> problem =
                Problem.notFound("There is no such content.").body("/v1/contents/c0");
        assertThat(properties("Problem")).isEqualTo(problem.keySet());
        assertThat(api.at("/components/responses/NotFound/content/application~1problem+json/example"))
                .isEqualTo(new YAMLMapper().valueToTree(problem));
    }

    @Test
    void whatIsAskedOfReachIsThatOfTheCode() {
        assertThat(texts(api.at("/components/parameters/By/schema/enum")))
                .containsExactlyElementsOf(Stream.of(ReachQuestion.By.values())
                        .map(ReachQuestion.By::word)
                        .toList());
        assertThat(words(parameter("/v1/contents/{id}/reach", "by")))
                .isEqualTo(ReachQuestion.By.OF_CONTENT.stream()
                        .map(ReachQuestion.By::word)
                        .collect(Collectors.toSet()));
        assertThat(texts(api.at("/components/schemas/ReachSplit/properties/rule/enum")))
                .isEqualTo(ReachReports.RULES);
        assertThat(api.at("/components/parameters/To/description").asText())
                .contains(ReachQuestion.LONGEST.toDays() + " days", ReachQuestion.LONGEST_BY_HOUR.toDays() + " by");
        assertThat(api.at("/components/parameters/By/description").asText())
                .contains(ReachReports.MOST_CONTENTS + " most seen");
        assertThat(api.at("/paths/~1v1~1authors~1{id}~1reach~1stream/get/description")
                        .asText())
                .contains("at most " + ReachStreams.MOST_OF_AUTHOR, "server " + ReachStreams.MOST);
    }

    @Test
    void boundsAreThoseOfTheCode() {
        JsonNode engagements = api.at("/paths/~1v1~1engagements/post/requestBody/content/application~1json/schema");
        assertThat(engagements.at("/properties/engagements/maxItems").asInt())
                .isEqualTo(EngagementIntake.MOST_PER_REQUEST);
    }

    /** By method and path, as in {@code GET /v1/topics}. */
    private Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        operations.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                operation.getValue());
                    }
                }));
        return operations;
    }

    private JsonNode schema(String name) {
        return api.path("components").path("schemas").path(name);
    }

    private JsonNode parameter(String path, String name) {
        JsonNode item = api.path("paths").path(path);
        return Stream.of(item, item.path("get"))
                .flatMap(owner -> stream(owner.path("parameters")))
                .filter(parameter -> parameter.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow()
                .path("schema");
    }

    private Set<String> properties(String schema) {
        Set<String> names = new TreeSet<>();
        schema(schema).path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Set<String> components(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
    }

    private static Set<String> words(JsonNode schema) {
        return Set.copyOf(texts(schema.path("enum")));
    }

    /** Without {@code UNKNOWN}, which nobody sends. */
    private static Set<String> names(Enum<?>... symbols) {
        return symbols(symbols).stream().filter(name -> !name.equals("UNKNOWN")).collect(Collectors.toSet());
    }

    private static Set<String> symbols(Enum<?>... symbols) {
        return Arrays.stream(symbols).map(Enum::name).collect(Collectors.toSet());
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }

    private static List<String> texts(JsonNode list, String field) {
        return stream(list).map(one -> one.path(field).asText()).toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static void walk(JsonNode node, BiConsumer<String, JsonNode> visitor) {
        node.properties().forEach(field -> {
            visitor.accept(field.getKey(), field.getValue());
            walk(field.getValue(), visitor);
        });
        if (node.isArray()) {
            node.forEach(element -> walk(element, visitor));
        }
    }

    private static JsonNode read() {
        try (InputStream in = FeedApi.class.getResourceAsStream("/openapi.yaml")) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
