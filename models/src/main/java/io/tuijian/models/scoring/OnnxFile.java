package io.tuijian.models.scoring;

import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Calibration;
import io.tuijian.models.Heads;
import io.tuijian.models.Layout;
import io.tuijian.models.Weights;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.ContentKind;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

/**
 * The weights of a ranker as an ONNX model (operator set 13) that scores a {@link Page}:
 *
 * <pre>
 * in   viewer         float [1, layout.candidate()]  the viewer part of {@link Layout}
 * in   engagements    float [engaged, width]         their vectors; a single one of zeros if there are none
 * in   candidates     float [count, stride]          dense features, vectors of content, author and topics
 * in   kinds          int64 [count]                  ordinal of the kind
 * out  probabilities  float [count, outputs]         calibrated, 0 where the head does not apply
 * </pre>
 *
 * The vectors of ids stay in the artifact's tables, which are looked up before. Outputs that are not among the trained
 * heads mean nothing.
 */
public final class OnnxFile {
    private static final int VERSION = 7;
    private static final int OPERATORS = 13;

    /** What is multiplied how often; all say the same. */
    public enum Form {
        /** Every candidate with the whole input, as the network was trained. */
        PLAIN,
        /** The viewer's part of the first layer once per page; networks side by side each on its own. */
        HOISTED,
        /** Moreover, the match with the viewer is part of the weights of what it is matched with. */
        FOLDED
    }

    private final Weights weights;
    private final Layout layout;
    private final int width;
    private final int stride;
    private final Weights.Layer first;
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("ranker");
    private int names;

    private OnnxFile(Weights weights) {
        this.weights = weights;
        this.layout = weights.layout();
        this.width = layout.width();
        this.stride = layout.candidateDense() + 3 * width;
        this.first = weights.layers().get(0);
    }

    /** The bytes of the file. */
    public static byte[] of(Weights weights, Form form) {
        return new OnnxFile(weights).model(form);
    }

    private byte[] model(Form form) {
        graph.addInput(input("viewer", TensorProto.DataType.FLOAT_VALUE, 1, layout.candidate()))
                .addInput(input("engagements", TensorProto.DataType.FLOAT_VALUE, "engaged", width))
                .addInput(input("candidates", TensorProto.DataType.FLOAT_VALUE, "count", stride))
                .addInput(input("kinds", TensorProto.DataType.INT64_VALUE, "count"))
                .addOutput(input(
                        "probabilities",
                        TensorProto.DataType.FLOAT_VALUE,
                        "count",
                        weights.outputs().size()));
        String hidden =
                switch (form) {
                    case PLAIN -> plain();
                    case HOISTED -> hoisted();
                    case FOLDED -> folded();
                };
        for (Weights.Layer layer : weights.layers().subList(1, weights.layers().size())) {
            int blocks = form == Form.PLAIN ? 1 : Plan.blocks(layer);
            hidden = blocks == 1 ? dense(layer, hidden) : blocks(layer, blocks, hidden);
        }
        String calibrated = node("Add", node("Mul", hidden, byKind("a")), byKind("b"));
        graph.addNode(named("Mul", "probabilities", node("Sigmoid", calibrated), byKind("applies")));
        return ModelProto.newBuilder()
                .setIrVersion(VERSION)
                .setProducerName("tuijian")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private String plain() {
        String count = node("Slice", node("Shape", "candidates"), longs(0), longs(1));
        String viewers = node("Expand", "viewer", node("Concat", 0, count, longs(layout.candidate())));
        String candidate = candidate();
        String match = node("Mul", candidate, viewer());
        String all = node("Concat", 1, viewers, "candidates", kind(), match, attended(candidate));
        return layer(all, floats(first.weights(), first.in(), first.out()), floats(first.biases(), first.out()));
    }

    private String hoisted() {
        String candidate = candidate();
        String match = node("Mul", candidate, viewer());
        String own = node("Concat", 1, "candidates", kind(), match, attended(candidate));
        return layer(own, firstLayer(layout.candidate(), layout.size()), viewerPart());
    }

    private String folded() {
        String match = firstLayer(layout.match(), layout.attended());
        String likes = node("Transpose", viewer());
        String matched = node("Mul", likes, match);
        String rows = node(
                "Concat",
                0,
                firstLayer(layout.candidate(), layout.content()),
                node("Add", firstLayer(layout.content(), layout.author()), matched),
                node("Add", firstLayer(layout.author(), layout.topics()), matched),
                node("Add", firstLayer(layout.topics(), layout.kind()), matched),
                firstLayer(layout.kind(), layout.match()),
                firstLayer(layout.attended(), layout.size()));
        return layer(node("Concat", 1, "candidates", kind(), attended(candidate())), rows, viewerPart());
    }

    /** What the first layer makes of the viewer part, and its bias. */
    private String viewerPart() {
        return node("Gemm", "viewer", firstLayer(0, layout.candidate()), floats(first.biases(), first.out()));
    }

    private String layer(String input, String rows, String bias) {
        String sum = node("Gemm", input, rows, bias);
        return first.rectified() ? node("Relu", sum) : sum;
    }

    private String firstLayer(int from, int to) {
        float[] rows = Arrays.copyOfRange(first.weights(), from * first.out(), to * first.out());
        return floats(rows, to - from, first.out());
    }

    private String candidate() {
        int from = layout.candidateDense();
        return node(
                "Add",
                node("Add", columns("candidates", from, width), columns("candidates", from + width, width)),
                columns("candidates", from + 2 * width, width));
    }

    private String viewer() {
        return columns("viewer", layout.viewer(), width);
    }

    private String attended(String candidate) {
        float[] scaled = weights.attention().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] /= (float) Math.sqrt(width);
        }
        String keys = node("Transpose", node("MatMul", "engagements", floats(scaled, width, width)));
        String shares = node(
                NodeProto.newBuilder().addAttribute(number("axis", 1)), "Softmax", node("MatMul", candidate, keys));
        return node("MatMul", shares, "engagements");
    }

    private String kind() {
        FrozenTable table = weights.tables().get(Slot.KIND);
        float[] vectors = new float[Calibration.KINDS * width];
        for (ContentKind kind : ContentKind.values()) {
            int row = table.row(StableHash.of(kind.name()));
            System.arraycopy(table.vectors(), row * width, vectors, kind.ordinal() * width, width);
        }
        return node("Gather", floats(vectors, Calibration.KINDS, width), "kinds");
    }

    private String byKind(String what) {
        int outputs = weights.outputs().size();
        float[] byKind = new float[Calibration.KINDS * outputs];
        for (ContentKind kind : ContentKind.values()) {
            for (int output = 0; output < outputs; output++) {
                int cell = output * Calibration.KINDS + kind.ordinal();
                byKind[kind.ordinal() * outputs + output] = switch (what) {
                    case "a" -> weights.calibration().a()[cell];
                    case "b" -> weights.calibration().b()[cell];
                    default -> Heads.applies(weights.outputs().get(output), kind) ? 1 : 0;
                };
            }
        }
        return node("Gather", floats(byKind, Calibration.KINDS, outputs), "kinds");
    }

    private String dense(Weights.Layer layer, String input) {
        String sum = node(
                "Gemm", input, floats(layer.weights(), layer.in(), layer.out()), floats(layer.biases(), layer.out()));
        return layer.rectified() ? node("Relu", sum) : sum;
    }

    private String blocks(Weights.Layer layer, int blocks, String input) {
        int in = layer.in() / blocks;
        int out = layer.out() / blocks;
        NodeProto.Builder split =
                NodeProto.newBuilder().setOpType("Split").addInput(input).addAttribute(number("axis", 1));
        for (int block = 0; block < blocks; block++) {
            split.addOutput(name());
        }
        graph.addNode(split);
        String[] sums = new String[blocks];
        for (int block = 0; block < blocks; block++) {
            float[] own = new float[in * out];
            for (int i = 0; i < in; i++) {
                int at = (block * in + i) * layer.out() + block * out;
                System.arraycopy(layer.weights(), at, own, i * out, out);
            }
            float[] biases = Arrays.copyOfRange(layer.biases(), block * out, (block + 1) * out);
            Weights.Layer alone = new Weights.Layer(in, out, layer.rectified(), own, biases);
            sums[block] = dense(alone, split.getOutput(block));
        }
        return node("Concat", 1, sums);
    }

    private String columns(String of, int from, int count) {
        return node("Slice", of, longs(from), longs(from + count), longs(1));
    }

    private String node(String operator, int axis, String... inputs) {
        return node(NodeProto.newBuilder().addAttribute(number("axis", axis)), operator, inputs);
    }

    private String node(String operator, String... inputs) {
        return node(NodeProto.newBuilder(), operator, inputs);
    }

    private String node(NodeProto.Builder node, String operator, String... inputs) {
        String output = name();
        graph.addNode(node.setOpType(operator).addAllInput(List.of(inputs)).addOutput(output));
        return output;
    }

    private static NodeProto named(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    private String name() {
        return "n" + names++;
    }

    private static AttributeProto number(String name, long number) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(number)
                .build();
    }

    private String floats(float[] numbers, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name()).setDataType(TensorProto.DataType.FLOAT_VALUE);
        for (long size : shape) {
            tensor.addDims(size);
        }
        for (float number : numbers) {
            tensor.addFloatData(number);
        }
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    private String longs(long number) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name())
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(1)
                .addInt64Data(number);
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    private static ValueInfoProto input(String name, int type, Object... shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        for (Object size : shape) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            sizes.addDim(
                    size instanceof Integer fixed
                            ? dimension.setDimValue(fixed)
                            : dimension.setDimParam((String) size));
        }
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type).setShape(sizes);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
