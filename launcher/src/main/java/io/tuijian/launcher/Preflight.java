package io.tuijian.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What is better found out before anything is started. */
final class Preflight {
    private Preflight() {}

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final double GIBIBYTE = 1 << 30;

    static void memory(long least) {
        long free = freeMemory();
        if (free < least) {
            throw new Failure(String.format(
                    Locale.ROOT,
                    "The demo needs %.1f GiB of free memory; this machine has %.1f GiB.",
                    least / GIBIBYTE,
                    free / GIBIBYTE));
        }
    }

    /** What programs can have without swapping; where the system does not tell, all memory. */
    private static long freeMemory() {
        try (Stream<String> lines = Files.lines(MEMORY)) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException | UncheckedIOException e) {
            return ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean system
                    ? system.getTotalMemorySize()
                    : Long.MAX_VALUE;
        }
    }

    static void port(String host, int port) {
        port(host, port, "--host", "--port");
    }

    /**
     * Refuses an address that nothing can listen at.
     *
     * @param hostOption what the user chooses the host with
     * @param portOption what the user chooses the port with
     */
    static void port(String host, int port, String hostOption, String portOption) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (BindException e) {
            boolean forbidden = String.valueOf(e.getMessage()).contains("ermission");
            throw new Failure(
                    forbidden
                            ? "Port " + port + " may not be used by this user; choose one above 1023 with " + portOption
                                    + "."
                            : String.valueOf(e.getMessage()).contains("assign")
                                    ? "This machine has no address " + host + "; choose another with " + hostOption
                                            + "."
                                    : "Port " + port + " is in use; choose another with " + portOption + ".",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure("The feed cannot listen at " + host + ":" + port + ": " + e.getMessage() + ".", e);
        }
    }

    static void data(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new Failure("The data folder " + folder + " is missing; is this a whole checkout?");
        }
    }
}
