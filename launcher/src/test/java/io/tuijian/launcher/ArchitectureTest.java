package io.tuijian.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tuijian.launcher.population.Author;
import io.tuijian.launcher.population.Situation;
import io.tuijian.launcher.population.Truth;
import io.tuijian.launcher.population.Viewer;
import io.tuijian.launcher.population.Work;

@AnalyzeClasses(packages = "io.tuijian", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule calls_go_down_the_module_list_never_up = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("schemas")
            .definedBy("io.tuijian.schemas..")
            .layer("features")
            .definedBy("io.tuijian.features..")
            .layer("ingestion")
            .definedBy("io.tuijian.ingestion..")
            .layer("models")
            .definedBy("io.tuijian.models..")
            .layer("ranking")
            .definedBy("io.tuijian.ranking..")
            .layer("feed-api")
            .definedBy("io.tuijian.feedapi..")
            .layer("embedded")
            .definedBy("io.tuijian.embedded..")
            .layer("launcher")
            .definedBy("io.tuijian.launcher..")
            .whereLayer("launcher")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("embedded")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("feed-api")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("ranking")
            .mayOnlyBeAccessedByLayers("feed-api", "launcher")
            .whereLayer("models")
            .mayOnlyBeAccessedByLayers("ranking", "feed-api", "launcher")
            .whereLayer("ingestion")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("features")
            .mayOnlyBeAccessedByLayers("ingestion", "models", "ranking", "feed-api", "launcher");

    @ArchTest
    static final ArchRule only_one_package_knows_deeplearning4j = noClasses()
            .that()
            .resideOutsideOfPackage("io.tuijian.models.dl4j..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..");

    @ArchTest
    static final ArchRule features_know_no_engine = noClasses()
            .that()
            .resideInAPackage("io.tuijian.features..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "org.elasticsearch..", "co.elastic..");

    @ArchTest
    static final ArchRule models_and_ranking_know_no_server = noClasses()
            .that()
            .resideInAnyPackage("io.tuijian.models..", "io.tuijian.ranking..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.flink..", "org.apache.kafka..", "org.elasticsearch..", "co.elastic..", "io.javalin..");

    @ArchTest
    static final ArchRule embedded_knows_nothing_of_ours = noClasses()
            .that()
            .resideInAPackage("io.tuijian.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.tuijian.schemas..",
                    "io.tuijian.features..",
                    "io.tuijian.ingestion..",
                    "io.tuijian.models..",
                    "io.tuijian.ranking..",
                    "io.tuijian.feedapi..",
                    "io.tuijian.launcher..");

    @ArchTest
    static final ArchRule only_the_launcher_knows_the_simulated_population = noClasses()
            .that()
            .resideOutsideOfPackage("io.tuijian.launcher..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tuijian.launcher.population..");

    @ArchTest
    static final ArchRule only_benches_and_tests_read_the_truth = noClasses()
            .that()
            .resideOutsideOfPackages("io.tuijian.launcher.population..", "io.tuijian.launcher.bench..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Truth.class, Situation.class, Viewer.class, Work.class, Author.class);

    @ArchTest
    static final ArchRule time_is_passed_in = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.tuijian.features..", "io.tuijian.models..", "io.tuijian.ranking..", "io.tuijian.feedapi..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule nobody_is_called_helper = classes()
            .should()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl");
}
