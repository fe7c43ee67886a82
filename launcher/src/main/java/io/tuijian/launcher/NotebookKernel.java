package io.tuijian.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.logging.LogManager;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.Transform;

/**
 * Jupyter's Java kernel, ended when it cannot start. Left alone, a kernel that finds one of its ports taken, or is asked
 * something a moment before it knows what to answer, loses the thread that would have answered, keeps the others running,
 * and Jupyter waits for it until its patience ends. Ended, too, when Jupyter is, however that ended: what a notebook put on
 * trial is taken back at the kernel's end.
 */
final class NotebookKernel {
    private NotebookKernel() {}

    /** @param args the connection file that Jupyter wrote */
    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(jupyter -> jupyter.onExit().thenRun(() -> System.exit(1)));
        try {
            rehearse(Path.of(args[0]));
            Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
                e.printStackTrace();
                if (isOfTheKernel(thread)) {
                    Runtime.getRuntime().halt(1);
                }
            });
            MainApp.main(args);
            System.exit(0); // whatever threads a notebook left; what is to be put back is put back
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /**
     * The kernel opens its ports first and makes up what answers on them then: for as long as it takes to load that, it
     * drops what Jupyter asks, which asks once. So all is loaded by answering on ports that nobody knows.
     */
    private static void rehearse(Path connectionFile) throws IOException, GeneralSecurityException {
        try (InputStream quiet = NotebookKernel.class.getClassLoader().getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(quiet);
        }
        ConnectionProperties real = Transform.fromJson(Files.readString(connectionFile), ConnectionProperties.class);
        Channels channels = new Channels(new ConnectionProperties(
                0, 0, real.transport(), real.signatureScheme(), 0, 0, real.ip(), 0, real.key()));
        channels.connect(MainApp.kernel);
        channels.close();
    }

    /** A thread that a notebook began may fail without ending all. */
    static boolean isOfTheKernel(Thread thread) {
        return thread.getClass().getPackageName().startsWith(MainApp.class.getPackageName());
    }
}
