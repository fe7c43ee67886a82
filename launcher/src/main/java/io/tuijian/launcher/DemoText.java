package io.tuijian.launcher;

import io.tuijian.launcher.world.World;
import io.tuijian.models.dl4j.RankerTraining;
import java.util.Locale;

/** What the demo prints once it is ready: something to try for each of the three users. */
final class DemoText {
    private DemoText() {}

    static String of(String url, World world, RankerTraining.Trained trained) {
        World.ShowcaseViewer viewer = world.viewers().get(0);
        World.Kol kol = world.kols().get(0);
        return """
                You scroll        %1$s/
                                  like a few things of one kind and go on: the next page follows.

                A feed client     TOKEN=$(./tuijian token --viewer %2$s)
                                  curl -s -H "Authorization: Bearer $TOKEN" "%1$s/v1/feed/for-you?limit=5"

                A KOL             %1$s/kol   (%3$s, %4$s)
                                  TOKEN=$(./tuijian token --author %3$s)
                                  curl -s -H "Authorization: Bearer $TOKEN" "%1$s/v1/authors/%3$s/reach"

                A data scientist  %1$s/lab   promote, roll back
                                  ./tuijian notebook      notebooks/README.md: ten steps to a promoted model
                                  ./tuijian models list%5$s

                Ctrl-C stops all of it.
                """.formatted(url, viewer.id(), kol.authorId(), kol.name(), result(trained));
    }

    private static String result(RankerTraining.Trained trained) {
        if (trained == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%n                  on later days the model has a GAUC of %.4f, popularity %.4f",
                trained.metrics().get("ranker.gauc"),
                trained.metrics().get("popularity.gauc"));
    }
}
