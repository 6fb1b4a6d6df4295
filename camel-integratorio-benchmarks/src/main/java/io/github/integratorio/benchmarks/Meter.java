package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/** Reads what this process has used up, all of its threads together. */
final class Meter {

    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path FORGET_PEAK = Path.of("/proc/self/clear_refs");
    private static final Path TASKS = Path.of("/proc/self/task");
    /** Linux counts the time of threads in hundredths of a second. */
    private static final long TICK = 10_000_000;
    private static final int LOOK_MILLIS = 100;

    private final Thread looking = new Thread(this::look, "meter");
    private final Map<Long, Long> before = new HashMap<>();
    /** A thread that ends takes its figure along: this is the last that was seen of it. */
    private final Map<Long, Long> last = new HashMap<>();
    private final long cpu;
    private final long compiling;
    private final long nanos;

    private Meter() throws IOException {
        compiling = compilers();
        read(before);
        last.putAll(before);
        looking.setDaemon(true);
        looking.start();
        cpu = SYSTEM.getProcessCpuTime();
        nanos = System.nanoTime();
    }

    static Meter start() throws IOException {
        THREADS.resetPeakThreadCount();
        if (Files.isWritable(FORGET_PEAK)) {
            Files.writeString(FORGET_PEAK, "5");
        }
        return new Meter();
    }

    /** How many threads there are. */
    static int threads() {
        return THREADS.getThreadCount();
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                synchronized (last) {
                    read(last);
                }
            }
        } catch (InterruptedException e) {
            // That is all.
        }
    }

    private void read(Map<Long, Long> allocated) {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0 && ids[i] != looking.getId()) {
                allocated.put(ids[i], bytes[i]);
            }
        }
    }

    /** What was used for so many pieces of work. */
    Figures stop(long done) throws IOException {
        long took = System.nanoTime() - nanos;
        long used = SYSTEM.getProcessCpuTime() - cpu;
        looking.interrupt();
        long bytes = 0;
        synchronized (last) {
            read(last);
            for (Map.Entry<Long, Long> thread : last.entrySet()) {
                bytes += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            }
        }
        // A compiler's thread that has ended takes its figure along.
        long compiled = Math.max(0, compilers() - compiling);
        // Not the thread that only measures.
        return new Figures(done, took, used, compiled, bytes, THREADS.getPeakThreadCount() - 1, peakMemory());
    }

    /** What the threads of the JVM's compilers have used, in nanoseconds; 0 where that cannot be read. */
    private static long compilers() throws IOException {
        long ticks = 0;
        if (Files.isReadable(TASKS)) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
                for (Path task : tasks) {
                    ticks += compiler(task.resolve("stat"));
                }
            }
        }
        return ticks * TICK;
    }

    private static long compiler(Path stat) {
        try {
            String line = Files.readString(stat);
            String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return line.contains("Compiler") ? Long.parseLong(afterName[11]) + Long.parseLong(afterName[12]) : 0;
        } catch (IOException e) {
            // The thread has ended.
            return 0;
        }
    }

    private static long peakMemory() throws IOException {
        return !Files.isReadable(STATUS) ? 0
                : Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElse(0);
    }
}
