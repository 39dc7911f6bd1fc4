package io.bastion.scheduler;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A home that only collects what is sent to it. */
final class TestHome extends Home {
    /** For activities that are never scheduled. */
    static final TestHome NOWHERE = new TestHome();

    final Queue<Activity> received = new ConcurrentLinkedQueue<>();

    @Override
    protected void execute(Activity activity) {
        received.add(activity);
    }

    @Override
    protected void yield(Activity activity) {
        received.add(activity);
    }

    @Override
    public int node() {
        return 0;
    }

    @Override
    public ActivityScheduler scheduler() {
        throw new UnsupportedOperationException();
    }
}
