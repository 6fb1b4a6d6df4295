package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

import io.github.integratorio.camel.api.FeedStateException;
import org.h2.engine.Constants;
import org.h2.jdbcx.JdbcDataSource;

/** The H2 database in a file: opens and compacts it, says what is wrong with it, and notices if it is deleted or replaced while in use. */
final class EmbeddedDatabase {

    /** End of the name of the file. */
    static final String SUFFIX = ".mv.db";

    /**
     * Writes at commit instead of half a second later. Uses a small cache, because most rows are read once. Never closes the database
     * by itself. Writes no trace file and no temporary files, because those would contain rows and be readable by others.
     */
    private static final String OPTIONS =
            ";WRITE_DELAY=0;CACHE_SIZE=4096;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=60000"
                    + ";TRACE_LEVEL_FILE=0;MAX_MEMORY_ROWS=1000000;MAX_COMPACT_TIME=2000";
    /** Size below which a file is not compacted while it is in use, in bytes. */
    private static final long MIN_COMPACTED_SIZE = 32 << 20;
    /** SQL states of H2 for a file that is open already, and for one in an unknown format. */
    private static final String IN_USE = "90020";
    private static final String UNKNOWN_FORMAT = "90048";

    private final JdbcDataSource dataSource = new JdbcDataSource();
    private final Path file;
    private final Object fileKey;
    /** Replaced when the file is compacted. */
    private JdbcFeedStore store;
    /** Size at which the file is compacted. */
    private long maxSize;

    /**
     * Opens the database.
     *
     * @param  file               exists, and is empty for a new database
     * @param  mayCreate          whether its tables may be created
     * @throws FeedStateException if it cannot be read or written, is damaged, or is in use by another process
     */
    EmbeddedDatabase(Path file, boolean mayCreate) {
        this.file = file;
        this.fileKey = readFileKey();
        String path = file.toString();
        dataSource.setURL("jdbc:h2:file:" + path.substring(0, path.length() - SUFFIX.length()) + OPTIONS);
        boolean isDone = false;
        try {
            open(mayCreate ? Schema.Tables.CREATE : Schema.Tables.UPGRADE);
            isDone = true;
        } finally {
            if (!isDone) {
                abandon();
            }
        }
    }

    /** Refuses an H2 that is too old. */
    static void requireVersion() {
        // Not from H2's Driver: the DriverManager would keep it, and with it the class loader of an application that has ended.
        if (!Constants.VERSION.matches("(2\\.([2-9]|\\d\\d)|[3-9]|\\d\\d)\\..*")) {
            throw new FeedStateException(
                    "stateDirectory: needs com.h2database:h2 2.2 or newer, but the classpath has " + Constants.VERSION);
        }
    }

    /** Opens the database, and says what is wrong if that fails. */
    private void open(Schema.Tables tables) {
        try {
            dataSource.getConnection().close();
        } catch (SQLException e) {
            throw new FeedStateException("stateDirectory: " + switch (String.valueOf(e.getSQLState())) {
                case IN_USE ->
                    file.getParent() + " is in use by another process, or by another copy of this component in"
                            + " this process; each needs its own directory";
                case UNKNOWN_FORMAT ->
                    file + " is damaged, or was written by a version of H2 whose files the one on the"
                            + " classpath cannot read; restore it, or use that version";
                default -> file + " cannot be opened: " + TransactionTemplate.message(e);
            });
        }
        store = new JdbcFeedStore(dataSource, tables);
        maxSize = Math.max(MIN_COMPACTED_SIZE, 2 * file.toFile().length());
    }

    /** Returns the identity of the file; null on systems without one, which do not let a file in use be deleted. */
    private Object readFileKey() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw new FeedStateException("stateDirectory: " + file + " is gone");
        }
    }

    /** Refuses another file in the place of the one that was opened. */
    void verifyFile() {
        if (!Objects.equals(fileKey, readFileKey())) {
            throw new FeedStateException("stateDirectory: " + file + " was replaced while it was in use");
        }
    }

    /** The tables in this database. */
    JdbcFeedStore store() {
        verifyFile();
        return store;
    }

    /** Forces what was written to the disk. */
    void force() {
        execute("CHECKPOINT SYNC");
    }

    /** Whether the file has grown so that it should be compacted. */
    boolean isLarge() {
        return file.toFile().length() > maxSize;
    }

    /** Opens the database again: with a write delay of 0, H2 reuses space in the file only when it closes it. */
    void compact() {
        verifyFile();
        // One in three closings only moves rows; the next one gives up the space where they were.
        execute("SHUTDOWN");
        execute("SHUTDOWN");
        open(Schema.Tables.UPGRADE);
    }

    /** Executes a command without a transaction, because SHUTDOWN leaves no database to commit to. */
    private void execute(String command) {
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(command);
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be written: " + TransactionTemplate.message(e));
        }
    }

    /** Closes the database without writing to it. */
    void abandon() {
        try {
            execute("SHUTDOWN IMMEDIATELY");
        } catch (FeedStateException e) {
            // It is not open. The caller throws the reason.
        }
    }

    /** Writes everything and closes the database. */
    void close() {
        execute("SHUTDOWN");
    }
}
