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

/** Measures the resources that this process uses, in all of its threads. */
final class ResourceUsageMeter {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET_PEAK = Path.of("/proc/self/clear_refs");
    private static final Path TASKS = Path.of("/proc/self/task");
    /** Linux counts the CPU time of threads in hundredths of a second. */
    private static final long TICK_NANOS = 10_000_000;
    private static final int SAMPLE_MILLIS = 100;

    private final Thread sampler = new Thread(this::sample, "resource-usage-meter");
    private final Map<Long, Long> before = new HashMap<>();
    /** The last sample of each thread, because the JVM forgets the allocations of a thread when it ends. */
    private final Map<Long, Long> last = new HashMap<>();
    private final long cpu;
    private final long compiling;
    private final long nanos;

    private ResourceUsageMeter() throws IOException {
        compiling = compilerNanos();
        read(before);
        last.putAll(before);
        sampler.setDaemon(true);
        sampler.start();
        cpu = SYSTEM.getProcessCpuTime();
        nanos = System.nanoTime();
    }

    static ResourceUsageMeter start() throws IOException {
        THREADS.resetPeakThreadCount();
        if (Files.isWritable(RESET_PEAK)) {
            Files.writeString(RESET_PEAK, "5");
        }
        return new ResourceUsageMeter();
    }

    /** Returns the current number of threads. */
    static int threads() {
        return THREADS.getThreadCount();
    }

    private void sample() {
        try {
            while (true) {
                Thread.sleep(SAMPLE_MILLIS);
                synchronized (last) {
                    read(last);
                }
            }
        } catch (InterruptedException e) {
            // The measurement has ended.
        }
    }

    private void read(Map<Long, Long> allocated) {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0 && ids[i] != sampler.getId()) {
                allocated.put(ids[i], bytes[i]);
            }
        }
    }

    /** Ends the measurement, in which this number of operations was performed. */
    Measurement stop(long done) throws IOException {
        long took = System.nanoTime() - nanos;
        long used = SYSTEM.getProcessCpuTime() - cpu;
        sampler.interrupt();
        long bytes = 0;
        synchronized (last) {
            read(last);
            for (Map.Entry<Long, Long> thread : last.entrySet()) {
                bytes += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            }
        }
        // Linux forgets the time of a compiler thread that has ended, so the difference may be negative.
        long compiled = Math.max(0, compilerNanos() - compiling);
        // The thread of this meter is not counted.
        return new Measurement(done, took, used, compiled, bytes, THREADS.getPeakThreadCount() - 1, peakMemory());
    }

    /** Returns the CPU time of the JVM's compiler threads in nanoseconds; 0 if the platform does not provide it. */
    private static long compilerNanos() throws IOException {
        long ticks = 0;
        if (Files.isReadable(TASKS)) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
                for (Path task : tasks) {
                    ticks += compilerTicks(task.resolve("stat"));
                }
            }
        }
        return ticks * TICK_NANOS;
    }

    private static long compilerTicks(Path stat) {
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
