package io.tuijian.launcher.trainer;

import io.tuijian.models.Artifact;
import io.tuijian.models.Inputs;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.models.dl4j.Learner;

/** Ranking networks. */
record NetworkSchool(Settings settings) implements Pupil.School {
    @Override
    public Pupil fresh(TrainingSet rows) {
        return new Network(Learner.fresh(settings, Inputs.of(rows, settings.leftOut())));
    }

    @Override
    public Pupil of(Artifact artifact) {
        return new Network(Learner.of(artifact));
    }

    @Override
    public OfflineModel read(Artifact artifact) {
        return EngagementNetwork.read(artifact);
    }

    private record Network(Learner learner) implements Pupil {
        @Override
        public double learn(TrainingSet rows, TrainingSet corrected, TrainingSet before) {
            return learner.learn(rows, corrected, before);
        }

        @Override
        public void calibrate(TrainingSet rows) {
            learner.calibrate(rows);
        }

        @Override
        public void write(Artifact artifact) {
            learner.write(artifact);
        }
    }
}
