package io.github.integratorio.camel.internal.changefeed.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;

/**
 * File beside the database that has the latest state of each feed. H2 silently opens an earlier version if its file was truncated or
 * replaced; comparing it with this file detects that. The file is written after the database, so after a crash it may be older than
 * the database, but never newer. Thread-safe.
 */
final class HighWaterMark {

    private final Path file;
    private final Map<String, State> latest;

    private HighWaterMark(Path file, Map<String, State> latest) {
        this.file = file;
        this.latest = latest;
    }

    /**
     * Reads the file; without a file, there is no state to compare with.
     *
     * @throws FeedStateException if the file is damaged
     * @throws IOException        if the file cannot be read
     */
    static HighWaterMark read(Path file) throws IOException {
        Map<String, State> latest = new TreeMap<>();
        if (Files.exists(file)) {
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes.length - Integer.BYTES;
            if (length < 0 || ByteBuffer.wrap(bytes).getInt(length) != checksum(bytes, length)) {
                throw new FeedStateException("the state is damaged: the checksum of " + file + " does not match");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            for (int remaining = in.readInt(); remaining > 0; remaining--) {
                latest.put(in.readUTF(), new State(in.readUTF(), in.readUTF(), in.readLong()));
            }
        }
        return new HighWaterMark(file, latest);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    /**
     * Verifies that the database has the latest state of a feed, or a newer one.
     *
     * @throws FeedStateException if it has an older state
     */
    synchronized void verifyNotRolledBack(FeedId feed, Optional<State> current) {
        State expected = latest.get(feed.toString());
        if (expected != null && !current.filter(state -> state.incarnation().equals(expected.incarnation())
                && state.generation() >= expected.generation()).isPresent()) {
            throw new FeedStateException(
                    feed + ": the state is older than the one written last; restore database and " + file.getFileName()
                            + " from the same backup, or delete " + file
                            + " to continue from the older state, which may lose or repeat changes");
        }
    }

    /**
     * Records the latest state of a feed, which the database must have written to the disk.
     *
     * @throws FeedStateException if the file cannot be written
     */
    synchronized void advance(FeedId feed, State state) {
        latest.put(feed.toString(), state);
        try {
            write();
        } catch (IOException e) {
            throw new FeedStateException(
                    "the state cannot be written: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }

    /** Writes the file atomically. */
    synchronized void write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(latest.size());
        for (Map.Entry<String, State> feed : latest.entrySet()) {
            out.writeUTF(feed.getKey());
            out.writeUTF(feed.getValue().origin());
            out.writeUTF(feed.getValue().incarnation());
            out.writeLong(feed.getValue().generation());
        }
        out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            OwnerOnlyFiles.write(next, bytes.toByteArray());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
