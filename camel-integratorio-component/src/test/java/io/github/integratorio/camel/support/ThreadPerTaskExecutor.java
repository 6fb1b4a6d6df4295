package io.github.integratorio.camel.support;

import java.util.concurrent.Executor;

/** Runs each task in its own thread: the common pool may have only one, and concurrent tasks of tests wait for each other. */
public final class ThreadPerTaskExecutor implements Executor {

    public static final ThreadPerTaskExecutor INSTANCE = new ThreadPerTaskExecutor();

    private ThreadPerTaskExecutor() {
    }

    @Override
    public void execute(Runnable task) {
        Thread thread = new Thread(task, "test-task");
        thread.setDaemon(true);
        thread.start();
    }
}
