package io.tuijian.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The user as whom Elasticsearch runs: the one who runs this process, or <i>nobody</i> if that one is root, whom
 * Elasticsearch refuses.
 *
 * @param prefix what stands before a command to run it as that user
 * @param root whether this process is root, so that files have to be handed over
 */
record ServerUser(List<String> prefix, boolean root, String group) {

    private static final String NOBODY = "nobody";

    static ServerUser current() {
        return new UnixSystem().getUid() == 0 ? nobody() : ordinary();
    }

    /** Whoever runs this process. On Linux the kernel ends the child with its parent; elsewhere the next start does. */
    static ServerUser ordinary() {
        List<String> prefix = List.of("setsid", "setpriv", "--pdeathsig", "KILL");
        return new ServerUser(works(prefix) ? prefix : List.of(), false, "");
    }

    private static ServerUser nobody() {
        String group = groupOfNobody();
        List<String> prefix = List.of(
                "setsid", "setpriv", "--reuid=" + NOBODY, "--regid=" + group, "--clear-groups", "--pdeathsig", "KILL");
        if (!works(prefix)) {
            throw new EmbeddedStartException("Elasticsearch refuses to run as root, and the commands setsid and setpriv"
                    + " (util-linux), which start it as the user nobody, do not work here: run as an ordinary user.");
        }
        return new ServerUser(prefix, true, group);
    }

    private static String groupOfNobody() {
        UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
        for (String group : List.of("nogroup", NOBODY)) {
            try {
                users.lookupPrincipalByGroupName(group);
                return group;
            } catch (UserPrincipalNotFoundException e) {
                // Debian and Red Hat name it differently: try the other one
            } catch (IOException e) {
                throw new EmbeddedStartException("The group of the user nobody cannot be looked up.", e);
            }
        }
        throw new EmbeddedStartException(
                "Elasticsearch refuses to run as root, and this machine has no group nogroup or"
                        + " nobody to run it in: run as an ordinary user.");
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Whether the user can reach and read the path; the kernel decides, not a reading of its permissions. */
    boolean reads(Path path) {
        return works(command(List.of("test", "-r", path.toString())));
    }

    boolean runs(Path program) {
        return works(command(List.of("test", "-x", program.toString())));
    }

    /** Makes the folder and all below it the user's own. */
    void own(Path folder) throws IOException {
        if (!root) {
            return;
        }
        UserPrincipalLookupService users = folder.getFileSystem().getUserPrincipalLookupService();
        UserPrincipal owner = users.lookupPrincipalByName(NOBODY);
        GroupPrincipal ownGroup = users.lookupPrincipalByGroupName(group);
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                return own(path);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                return own(path);
            }

            private FileVisitResult own(Path path) throws IOException {
                PosixFileAttributeView view =
                        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                view.setOwner(owner);
                view.setGroup(ownGroup);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean works(List<String> command) {
        List<String> whole = new ArrayList<>(command);
        if (!command.contains("test")) {
            whole.add("true");
        }
        try {
            Process process = new ProcessBuilder(whole)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such command
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
