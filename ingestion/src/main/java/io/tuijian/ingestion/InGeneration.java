package io.tuijian.ingestion;

import io.tuijian.schemas.Example;
import java.util.Iterator;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Puts each row into the generation of this job: the one that its checkpoint names, else the one given. */
final class InGeneration implements MapFunction<Example, Filed>, CheckpointedFunction {
    private static final long serialVersionUID = 1;

    private String generation;
    private transient ListState<String> kept;

    InGeneration(String generation) {
        this.generation = generation;
    }

    @Override
    public Filed map(Example row) {
        return Filed.of(generation, row);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        kept = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("generation", Types.STRING));
        Iterator<String> before = kept.get().iterator();
        if (before.hasNext()) {
            generation = before.next();
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        kept.clear();
        kept.add(generation);
    }
}
