package io.tuijian.launcher;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Start everything on this machine, on real data, and serve the feed.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--port", defaultValue = "8080", description = "Port of the feed (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen at (default: ${DEFAULT-VALUE}); whoever reaches it can sign in as anyone.")
    private String host;

    @Option(names = "--state", description = "Folder for all state (default: .tuijian/demo).")
    private Path state;

    @Option(names = "--keep", description = "Keep the state at the end, and go on from it at the next start.")
    private boolean keep;

    @Option(
            names = "--audience",
            defaultValue = "20",
            description = "Simulated viewers that scroll along, 0 to 500 (default: ${DEFAULT-VALUE}).")
    private int audience;

    @Option(
            names = "--trainer",
            description = "The model goes on learning from what is served, and is replaced every ten minutes at most.")
    private boolean trainer;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Scorers.chosen(); // a wrong word is told now, not after all servers have started
        if (port < 0 || port > 65_535) {
            throw new ParameterException(spec.commandLine(), "--port must be from 0 to 65535, not " + port + ".");
        }
        if (audience < 0 || audience > 500) {
            throw new ParameterException(spec.commandLine(), "--audience must be from 0 to 500, not " + audience + ".");
        }
        Home home = Home.here();
        Path folder = state == null ? home.demoState() : state;
        CountDownLatch end = new CountDownLatch(1);
        Demo.Settings settings = new Demo.Settings(host, port, folder, keep, audience, trainer);
        try (Demo demo = Demo.start(
                home, settings, Clock.systemUTC(), new Steps(spec.commandLine().getOut()))) {
            Thread stopper = new Thread(
                    () -> {
                        demo.close();
                        end.countDown();
                    },
                    "demo-stopper");
            Runtime.getRuntime().addShutdownHook(stopper);
            spec.commandLine().getOut().println(demo.whatToTry());
            spec.commandLine().getOut().flush();
            end.await();
        }
        return 0;
    }
}
