package io.tuijian.models.retrieval;

import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents that a training knows, numbered from 0, and what each is made of: traits, shared between contents, with a
 * weight. Immutable.
 *
 * @param ids content ids
 * @param traits what contents are made of, numbered from 0
 * @param traitsOf per content the numbers of its traits, the one that is its own id first
 * @param weightsOf per content the weights of its traits
 */
public record Catalogue(List<String> ids, List<Trait> traits, int[][] traitsOf, float[][] weightsOf) {

    /** Contents of which nothing but the id is known. */
    public static Catalogue ofIds(List<String> ids) {
        int[][] traitsOf = new int[ids.size()][];
        float[][] weightsOf = new float[ids.size()][];
        List<Trait> traits = new ArrayList<>(ids.size());
        for (int item = 0; item < ids.size(); item++) {
            traits.add(Trait.id(ids.get(item)));
            traitsOf[item] = new int[] {item};
            weightsOf[item] = new float[] {1};
        }
        return new Catalogue(List.copyOf(ids), List.copyOf(traits), traitsOf, weightsOf);
    }

    /** Contents with author, topics and kind. */
    public static Catalogue of(Collection<Content> contents) {
        Map<Trait, Integer> numbers = new HashMap<>();
        List<String> ids = new ArrayList<>(contents.size());
        List<int[]> traitsOf = new ArrayList<>(contents.size());
        List<float[]> weightsOf = new ArrayList<>(contents.size());
        for (Content content : contents) {
            ids.add(content.getId());
            List<Trait> traits = Trait.of(content);
            int[] own = new int[traits.size()];
            float[] weights = new float[traits.size()];
            for (int i = 0; i < own.length; i++) {
                own[i] = numbers.computeIfAbsent(traits.get(i), trait -> numbers.size());
                weights[i] = traits.get(i).weight(content.getTopics().size());
            }
            traitsOf.add(own);
            weightsOf.add(weights);
        }
        Trait[] traits = new Trait[numbers.size()];
        numbers.forEach((trait, number) -> traits[number] = trait);
        return new Catalogue(
                List.copyOf(ids), List.of(traits), traitsOf.toArray(int[][]::new), weightsOf.toArray(float[][]::new));
    }

    public int size() {
        return ids.size();
    }
}
