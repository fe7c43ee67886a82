package io.tuijian.launcher.population;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** Draws an index with a probability proportional to its weight, in constant time: Vose's alias method (1991). */
final class Urn {
    private final float[] keep;
    private final int[] alias;

    Urn(int size, IntToDoubleFunction weight) {
        keep = new float[size];
        alias = new int[size];
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += weight.applyAsDouble(i);
        }
        double[] scaled = new double[size];
        int[] small = new int[size];
        int[] large = new int[size];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < size; i++) {
            scaled[i] = weight.applyAsDouble(i) * size / total;
            if (scaled[i] < 1) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0 && larges > 0) {
            int less = small[--smalls];
            int more = large[--larges];
            keep[less] = (float) scaled[less];
            alias[less] = more;
            scaled[more] -= 1 - scaled[less];
            if (scaled[more] < 1) {
                small[smalls++] = more;
            } else {
                large[larges++] = more;
            }
        }
        while (larges > 0) {
            keep[large[--larges]] = 1;
        }
        while (smalls > 0) {
            keep[small[--smalls]] = 1; // what rounding left
        }
    }

    int draw(SplittableRandom random) {
        int index = random.nextInt(keep.length);
        return random.nextDouble() < keep[index] ? index : alias[index];
    }
}
