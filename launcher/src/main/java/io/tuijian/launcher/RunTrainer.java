package io.tuijian.launcher;

import io.tuijian.launcher.trainer.OnlineTrainer;
import java.io.PrintWriter;
import java.time.Clock;

/** The online trainer of a configuration, in this process. */
final class RunTrainer {
    private final ClusterConfig config;
    private final Home home;
    private final PrintWriter out;
    private final PrintWriter err;

    RunTrainer(ClusterConfig config, Home home, PrintWriter out, PrintWriter err) {
        this.config = config;
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /** Waits for Kafka and creates the topics that are missing. */
    void prepare() throws InterruptedException {
        Servers servers = new Servers(err);
        servers.prepareKafka(config, this::say);
    }

    /** Trains until this process is told to end; then one more checkpoint is written. */
    void here() {
        OnlineTrainer.Plan plan = config.trainer(home);
        OnlineTrainer trainer = new OnlineTrainer(plan, Clock.systemUTC(), this::say);
        Runtime.getRuntime().addShutdownHook(new Thread(trainer::close, "trainer-stopper"));
        say("The trainer runs; versions go to " + plan.registry() + ".");
        plan.metricsPort().ifPresent(port -> say("Metrics for Prometheus: http://localhost:" + port + "/metrics"));
        trainer.run();
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
