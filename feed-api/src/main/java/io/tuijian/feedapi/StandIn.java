package io.tuijian.feedapi;

import io.tuijian.features.FeatureInput;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of another supplier, for which popularity stands in for the rest of a request once one fails. A request
 * takes its model, and asks what was missing, on one thread. Safe from many threads.
 */
final class StandIn implements Supplier<EngagementModel> {
    private static final Logger LOG = LoggerFactory.getLogger(StandIn.class);

    private final Supplier<? extends EngagementModel> models;
    private final ThreadLocal<Steady> latest = new ThreadLocal<>();
    private volatile String failed = ""; // the version that failed last, so that the log says so once

    StandIn(Supplier<? extends EngagementModel> models) {
        this.models = models;
    }

    /** The model to score a whole request with. */
    @Override
    public EngagementModel get() {
        Steady model = new Steady(models.get());
        latest.set(model);
        return model;
    }

    /** {@code model} if that failed which this thread took last. */
    List<String> degraded() {
        Steady model = latest.get();
        return model != null && model.replaced ? List.of("model") : List.of();
    }

    /** Of one request. */
    private final class Steady implements EngagementModel {
        private EngagementModel model;
        private boolean replaced;

        Steady(EngagementModel model) {
            this.model = model;
        }

        @Override
        public List<Prediction> predict(List<FeatureInput> inputs) {
            try {
                return model.predict(inputs);
            } catch (RuntimeException e) {
                if (replaced) {
                    throw e;
                }
                if (!failed.equals(model.version())) {
                    failed = model.version();
                    LOG.error("the model {} failed, popularity stands in", failed, e);
                }
                model = new PopularityModel();
                replaced = true;
                return model.predict(inputs);
            }
        }

        @Override
        public String version() {
            return model.version();
        }
    }
}
