package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that only their owner can read, whatever the umask says. */
final class OwnerOnlyFiles {

    private OwnerOnlyFiles() {
    }

    /** Makes a directory, and the ones above it, where they are not there. */
    static void directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, owner(path, "rwx------"));
        }
    }

    /** Makes an empty file where it is not there. */
    static void file(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, owner(path, "rw-------"));
        }
    }

    /** Writes a new file and waits until it is on the disk. */
    static void write(Path path, byte[] bytes) throws IOException {
        Files.deleteIfExists(path);
        try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                owner(path, "rw-------"))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] owner(Path path, String permissions) throws IOException {
        Path there = path;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        return Files.getFileStore(there).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
