package io.tuijian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Binds ports of this machine, with a message that names whose they were to be. */
final class FreePort {

    private FreePort() {}

    /** An open socket on the loop-back address; port 0 takes any free one. */
    static ServerSocketChannel bind(int port, String server, String option) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            return channel;
        } catch (IOException e) {
            close(channel);
            throw new EmbeddedStartException(
                    "Port " + port + " for " + server + " is in use: stop the process that holds it or choose another"
                            + " port (" + option + "; 0 takes any free one).",
                    e);
        }
    }

    static int of(ServerSocketChannel channel) {
        return channel.socket().getLocalPort();
    }

    static void close(ServerSocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
