package io.github.integratorio.camel.internal.changefeed.store;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates files and directories that only their owner can access, regardless of the umask. */
final class OwnerOnlyFiles {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerOnlyFiles.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private OwnerOnlyFiles() {
    }

    /** Creates a directory and its parents, if they do not exist. */
    static void createDirectories(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, permissions(path, "rwx------"));
        }
    }

    /** Creates an empty file, if it does not exist; takes an existing one, such as one restored from a backup, away from others. */
    static void createFile(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, permissions(path, "rw-------"));
            return;
        }
        PosixFileAttributeView file = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (file != null && !OWNER_ONLY.equals(file.readAttributes().permissions())) {
            try {
                file.setPermissions(OWNER_ONLY);
            } catch (FileSystemException e) {
                LOG.warn("{} can be accessed by others than its owner, and its permissions cannot be changed: {}", path,
                        e.getClass().getSimpleName());
            }
        }
    }

    /** Writes a new file and forces it to the disk. */
    static void write(Path path, byte[] bytes) throws IOException {
        Files.deleteIfExists(path);
        createFile(path);
        try (FileOutputStream out = new FileOutputStream(path.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
    }

    private static FileAttribute<?>[] permissions(Path path, String permissions) throws IOException {
        Path existing = path;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        return Files.getFileStore(existing).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
