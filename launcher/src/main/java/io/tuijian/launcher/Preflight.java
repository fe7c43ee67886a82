package io.tuijian.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is better found out before anything is started. */
final class Preflight {
    private Preflight() {}

    static void memory(long least) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                && system.getTotalMemorySize() < least) {
            throw new Failure(String.format(
                    java.util.Locale.ROOT,
                    "The demo needs %d GiB of memory; this machine has %.1f GiB.",
                    (least >> 30) + 1,
                    system.getTotalMemorySize() / (double) (1 << 30)));
        }
    }

    static void port(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            socket.setReuseAddress(true);
        } catch (IOException e) {
            throw new Failure("Port " + port + " is in use; choose another with --port.", e);
        }
    }

    static void data(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new Failure("The data folder " + folder + " is missing; is this a whole checkout?");
        }
    }
}
