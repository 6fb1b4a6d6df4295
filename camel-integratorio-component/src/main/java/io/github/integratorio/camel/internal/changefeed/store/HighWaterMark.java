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
 * A small file beside the database that remembers how far each feed had come. A database that finds its file cut short or replaced may
 * go back to what it held earlier and say nothing; the witness knows better. It is written after the database, so that after a crash
 * it may be behind, and never ahead.
 */
final class HighWaterMark {

    private final Path file;
    private final Map<String, State> seen;

    private HighWaterMark(Path file, Map<String, State> seen) {
        this.file = file;
        this.seen = seen;
    }

    /**
     * Reads what was written.
     *
     * @throws FeedStateException when it is damaged
     * @throws IOException    when it cannot be read
     */
    static HighWaterMark read(Path file) throws IOException {
        Map<String, State> seen = new TreeMap<>();
        if (Files.exists(file)) {
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes.length - Integer.BYTES;
            if (length < 0 || ByteBuffer.wrap(bytes).getInt(length) != sum(bytes, length)) {
                throw new FeedStateException("the state is damaged: " + file + " is not what was written");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            for (int more = in.readInt(); more > 0; more--) {
                seen.put(in.readUTF(), new State(in.readUTF(), in.readUTF(), in.readLong()));
            }
        }
        return new HighWaterMark(file, seen);
    }

    private static int sum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    /**
     * Compares what the database says with what it said once.
     *
     * @throws FeedStateException when it has gone back
     */
    synchronized void verifyNotRolledBack(FeedId feed, Optional<State> now) {
        State once = seen.get(feed.toString());
        if (once != null && !now.filter(state -> state.incarnation().equals(once.incarnation()) && state.generation() >= once.generation())
                .isPresent()) {
            throw new FeedStateException(feed + ": the state is older than what was written once; bring back the files that belong together, or"
                    + " delete " + file + " to go on from this state, which may lose or repeat changes");
        }
    }

    /** Remembers what the database has safely written. */
    synchronized void advance(FeedId feed, State state) throws IOException {
        seen.put(feed.toString(), state);
        write();
    }

    /** Writes what is remembered, whole or not at all. */
    synchronized void write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(seen.size());
        for (Map.Entry<String, State> feed : seen.entrySet()) {
            out.writeUTF(feed.getKey());
            out.writeUTF(feed.getValue().origin());
            out.writeUTF(feed.getValue().incarnation());
            out.writeLong(feed.getValue().generation());
        }
        out.writeInt(sum(bytes.toByteArray(), bytes.size()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            OwnerOnlyFiles.write(next, bytes.toByteArray());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
