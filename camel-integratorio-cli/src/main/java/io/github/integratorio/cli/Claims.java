package io.github.integratorio.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The component's claims of creations in a file, so that the next command knows what an interrupted one may have created: a line per key,
 * with a minus sign when it is removed. Only one process has the file at a time.
 */
final class Claims extends ServiceSupport implements IdempotentRepository {

    private static final String REMOVED = "-";

    private final Set<String> keys = new HashSet<>();
    private final FileChannel file;

    private Claims(FileChannel file) {
        this.file = file;
    }

    /** @param waiting runs if another process has the file, which is then waited for */
    static Claims open(Path path, Runnable waiting) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            if (file.tryLock() == null) {
                waiting.run();
                file.lock();
            }
            Claims claims = new Claims(file);
            // Another stream on the file would end the lock when it is closed.
            claims.load(new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8));
            return claims;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void load(String text) throws IOException {
        text.lines().forEach(line -> {
            if (line.startsWith(REMOVED)) {
                keys.remove(line.substring(1));
            } else {
                keys.add(line);
            }
        });
        file.position(file.size());
        if (!text.isEmpty() && !text.endsWith("\n")) {
            // The last process was killed while it wrote.
            append("");
        }
    }

    private void append(String line) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file of claims cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized boolean add(String key) {
        if (keys.contains(key)) {
            return false;
        }
        append(key);
        return keys.add(key);
    }

    @Override
    public synchronized boolean contains(String key) {
        return keys.contains(key);
    }

    @Override
    public synchronized boolean remove(String key) {
        if (!keys.contains(key)) {
            return false;
        }
        append(REMOVED + key);
        return keys.remove(key);
    }

    @Override
    public boolean confirm(String key) {
        return contains(key);
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException("claims are kept");
    }

    @Override
    protected void doStop() throws Exception {
        file.close();
    }
}
