package io.github.integratorio.camel.support;

import java.util.concurrent.Executor;

/** Runs each task in a thread of its own: the common pool may have only one, and what tests start at once waits for one another. */
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
