package io.tuijian.models.retrieval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The strongest directions of what goes together, in closed form: a truncated singular value decomposition of the damped
 * matrix of rules (in order: what comes after what, over the distance) or of histories (without order), by subspace
 * iteration (Halko et al., "Finding structure with randomness", 2011). The inner product of what a history's contents give
 * and what a content gets is nearly the sum of the matrix's entries.
 *
 * @param ordered whether the nearest engagements of a history weigh most
 * @param sources per content, {@code rank} numbers
 * @param targets per content, {@code rank} numbers
 */
public record Spectrum(int rank, boolean ordered, float[] sources, float[] targets) {
    private static final int SPARE = 16;
    private static final int ITERATIONS = 3;
    private static final int MOST_RULES = 500;
    private static final double LEAST = 1e-9;

    /** How much popular contents are damped. */
    private static final double DAMPED_ORDERED = .3;

    private static final double DAMPED_ORDERLESS = .3;

    /**
     * Decomposes.
     *
     * @param most directions; fewer if there are few contents
     */
    public static Spectrum of(Histories histories, int most, long seed) {
        int items = histories.catalogue().size();
        int rank = Math.min(most, items / 4);
        if (rank < 1) {
            return new Spectrum(0, histories.ordered(), new float[0], new float[0]);
        }
        Matrix matrix = histories.ordered() ? rules(histories) : sets(histories);
        double damped = histories.ordered() ? DAMPED_ORDERED : DAMPED_ORDERLESS;
        double[] columns = matrix.columnSums();
        matrix.scale(matrix.rowSums(), .5, columns, damped);
        Decomposed of = decomposed(matrix, rank, seed);

        float[] sources = new float[items * rank];
        float[] targets = new float[items * rank];
        double root = 1 / Math.sqrt(Math.max(LEAST, of.values[0]));
        for (int item = 0; item < items; item++) {
            double weight = Math.pow(Math.max(1, columns[item]), damped);
            for (int k = 0; k < rank; k++) {
                if (of.values[k] < LEAST) {
                    continue;
                }
                double right = of.right[k * items + item];
                double left = histories.ordered() ? of.left[k * items + item] : right / weight;
                sources[item * rank + k] =
                        (float) (left * (histories.ordered() ? Math.sqrt(of.values[k]) : of.values[k]) * root);
                targets[item * rank + k] = (float) (right * weight);
            }
        }
        return new Spectrum(rank, histories.ordered(), sources, targets);
    }

    /** Item by item: 1/d for each time the second came d places after the first. */
    private static Matrix rules(Histories histories) {
        int items = histories.catalogue().size();
        Occurrences occurrences = Occurrences.of(histories);
        SparseRows rules = new SparseRows(items);
        float[] row = new float[items];
        int[] filled = new int[items];
        for (int item = 0; item < items; item++) {
            int count = SequentialRules.row(histories, occurrences, item, row, filled);
            rules.put(item, row, filled, count, MOST_RULES);
            for (int i = 0; i < count; i++) {
                row[filled[i]] = 0;
            }
        }
        Matrix matrix = new Matrix(items, items);
        for (int item = 0; item < items; item++) {
            matrix.columns[item] = rules.columns(item);
            matrix.values[item] = rules.values(item);
        }
        return matrix;
    }

    /** Viewer by item. */
    private static Matrix sets(Histories histories) {
        Matrix matrix = new Matrix(histories.viewers(), histories.catalogue().size());
        for (int viewer = 0; viewer < histories.viewers(); viewer++) {
            matrix.columns[viewer] = histories.of()[viewer];
            matrix.values[viewer] = new float[histories.of()[viewer].length];
            Arrays.fill(matrix.values[viewer], 1);
        }
        return matrix;
    }

    /** A sparse matrix, by rows. */
    private static final class Matrix {
        private final int width;
        private final int[][] columns;
        private final float[][] values;

        private Matrix(int rows, int width) {
            this.width = width;
            columns = new int[rows][];
            values = new float[rows][];
        }

        private double[] rowSums() {
            double[] sums = new double[values.length];
            for (int row = 0; row < values.length; row++) {
                for (float value : values[row]) {
                    sums[row] += value;
                }
            }
            return sums;
        }

        private double[] columnSums() {
            double[] sums = new double[width];
            for (int row = 0; row < values.length; row++) {
                for (int i = 0; i < values[row].length; i++) {
                    sums[columns[row][i]] += values[row][i];
                }
            }
            return sums;
        }

        private void scale(double[] rowSums, double rowPower, double[] columnSums, double columnPower) {
            for (int row = 0; row < values.length; row++) {
                double factor = Math.pow(Math.max(1, rowSums[row]), -rowPower);
                for (int i = 0; i < values[row].length; i++) {
                    values[row][i] *=
                            (float) (factor * Math.pow(Math.max(1, columnSums[columns[row][i]]), -columnPower));
                }
            }
        }

        /** This times a dense matrix of so many columns that lie one after the other. */
        private float[] times(float[] dense, int count) {
            int rows = values.length;
            float[] product = new float[rows * count];
            IntStream.range(0, count).parallel().forEach(k -> {
                for (int row = 0; row < rows; row++) {
                    int[] at = columns[row];
                    float[] value = values[row];
                    double sum = 0;
                    for (int i = 0; i < at.length; i++) {
                        sum += value[i] * dense[k * width + at[i]];
                    }
                    product[k * rows + row] = (float) sum;
                }
            });
            return product;
        }

        /** The transpose of this times a dense matrix. */
        private float[] transposedTimes(float[] dense, int count) {
            int rows = values.length;
            float[] product = new float[width * count];
            IntStream.range(0, count).parallel().forEach(k -> {
                for (int row = 0; row < rows; row++) {
                    int[] at = columns[row];
                    float[] value = values[row];
                    float factor = dense[k * rows + row];
                    for (int i = 0; i < at.length; i++) {
                        product[k * width + at[i]] += factor * value[i];
                    }
                }
            });
            return product;
        }
    }

    /** Singular values, the largest first; the vectors lie one after the other. */
    private record Decomposed(double[] values, float[] left, float[] right) {}

    private static Decomposed decomposed(Matrix matrix, int rank, long seed) {
        int rows = matrix.values.length;
        int count = Math.min(Math.min(rank + SPARE, rows), matrix.width);
        SplittableRandom random = new SplittableRandom(seed);
        float[] right = new float[matrix.width * count];
        for (int i = 0; i < right.length; i++) {
            right[i] = (float) random.nextGaussian();
        }
        orthonormalise(right, matrix.width, count);
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            float[] left = matrix.times(right, count);
            orthonormalise(left, rows, count);
            right = matrix.transposedTimes(left, count);
            orthonormalise(right, matrix.width, count);
        }
        float[] image = matrix.times(right, count);
        double[][] gram = gram(image, rows, count);
        double[][] turn = new double[count][count];
        double[] squares = eigen(gram, turn);
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> Double.compare(squares[b], squares[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        int kept = Math.min(rank, count);
        double[] values = new double[rank];
        for (int k = 0; k < kept; k++) {
            values[k] = Math.sqrt(Math.max(0, squares[order[k]]));
        }
        float[] lefts = new float[rows * rank];
        float[] rights = new float[matrix.width * rank];
        turned(image, rows, turn, order, kept, values, lefts);
        turned(right, matrix.width, turn, order, kept, null, rights);
        return new Decomposed(values, lefts, rights);
    }

    private static void turned(
            float[] vectors, int length, double[][] turn, int[] order, int kept, double[] over, float[] to) {
        IntStream.range(0, kept).parallel().forEach(k -> {
            double least = over == null ? 1 : 1 / Math.max(LEAST, over[k]);
            for (int j = 0; j < turn.length; j++) {
                float factor = (float) (turn[j][order[k]] * least);
                for (int i = 0; i < length; i++) {
                    to[k * length + i] += factor * vectors[j * length + i];
                }
            }
        });
    }

    /** Makes vectors orthonormal, twice by the Cholesky factor of their inner products; one that depends on others becomes 0. */
    private static void orthonormalise(float[] vectors, int length, int count) {
        for (int time = 0; time < 2; time++) {
            double[][] lower = gram(vectors, length, count);
            double trace =
                    IntStream.range(0, count).mapToDouble(k -> lower[k][k]).sum();
            for (int k = 0; k < count; k++) {
                for (int j = 0; j < k; j++) {
                    double sum = lower[k][j];
                    for (int i = 0; i < j; i++) {
                        sum -= lower[k][i] * lower[j][i];
                    }
                    lower[k][j] = lower[j][j] == 0 ? 0 : sum / lower[j][j];
                }
                double rest = lower[k][k];
                for (int i = 0; i < k; i++) {
                    rest -= lower[k][i] * lower[k][i];
                }
                lower[k][k] = rest > 1e-10 * trace ? Math.sqrt(rest) : 0;
            }
            int blocks = (length + 1023) / 1024;
            IntStream.range(0, blocks).parallel().forEach(block -> {
                int from = block * 1024;
                int to = Math.min(length, from + 1024);
                for (int k = 0; k < count; k++) {
                    for (int j = 0; j < k; j++) {
                        float factor = (float) lower[k][j];
                        if (factor != 0) {
                            for (int i = from; i < to; i++) {
                                vectors[k * length + i] -= factor * vectors[j * length + i];
                            }
                        }
                    }
                    float over = lower[k][k] == 0 ? 0 : (float) (1 / lower[k][k]);
                    for (int i = from; i < to; i++) {
                        vectors[k * length + i] *= over;
                    }
                }
            });
        }
    }

    private static double[][] gram(float[] vectors, int length, int count) {
        double[][] gram = new double[count][count];
        IntStream.range(0, count).parallel().forEach(k -> {
            float[] products = new float[8];
            for (int j = 0; j <= k; j++) {
                double sum = 0;
                int i = 0;
                for (; i + 8 <= length; i += 8) {
                    for (int lane = 0; lane < 8; lane++) {
                        products[lane] += vectors[k * length + i + lane] * vectors[j * length + i + lane];
                    }
                }
                for (int lane = 0; lane < 8; lane++) {
                    sum += products[lane];
                    products[lane] = 0;
                }
                for (; i < length; i++) {
                    sum += vectors[k * length + i] * vectors[j * length + i];
                }
                gram[k][j] = sum;
            }
        });
        for (int k = 0; k < count; k++) {
            for (int j = 0; j < k; j++) {
                gram[j][k] = gram[k][j];
            }
        }
        return gram;
    }

    /** Eigenvalues of a symmetric matrix, which is overwritten, by Jacobi rotations; the columns of {@code turn} become the vectors. */
    private static double[] eigen(double[][] matrix, double[][] turn) {
        int count = matrix.length;
        for (int k = 0; k < count; k++) {
            turn[k][k] = 1;
        }
        for (int sweep = 0; sweep < 30; sweep++) {
            double off = 0;
            double all = 0;
            for (int p = 0; p < count; p++) {
                all += matrix[p][p] * matrix[p][p];
                for (int q = p + 1; q < count; q++) {
                    off += matrix[p][q] * matrix[p][q];
                }
            }
            if (off <= 1e-14 * all) {
                break;
            }
            for (int p = 0; p < count; p++) {
                for (int q = p + 1; q < count; q++) {
                    rotate(matrix, turn, p, q);
                }
            }
        }
        return IntStream.range(0, count).mapToDouble(k -> matrix[k][k]).toArray();
    }

    private static void rotate(double[][] matrix, double[][] turn, int p, int q) {
        double between = matrix[p][q];
        if (Math.abs(between) < 1e-300) {
            return;
        }
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * between);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        double[] rowP = matrix[p];
        double[] rowQ = matrix[q];
        for (int k = 0; k < rowP.length; k++) {
            double atP = rowP[k];
            double atQ = rowQ[k];
            rowP[k] = cosine * atP - sine * atQ;
            rowQ[k] = sine * atP + cosine * atQ;
        }
        for (int k = 0; k < rowP.length; k++) {
            double atP = matrix[k][p];
            double atQ = matrix[k][q];
            matrix[k][p] = cosine * atP - sine * atQ;
            matrix[k][q] = sine * atP + cosine * atQ;
            double turnP = turn[k][p];
            double turnQ = turn[k][q];
            turn[k][p] = cosine * turnP - sine * turnQ;
            turn[k][q] = sine * turnP + cosine * turnQ;
        }
    }
}
