package io.bastion.testkit;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;

/** A home that runs what comes at once, on the thread that brings it. */
final class InlineHome extends Home {
    private final WorkFrame frame = new WorkFrame();

    @Override
    protected void execute(Activity activity) {
        run(activity, frame);
    }

    @Override
    protected void yield(Activity activity) {
        run(activity, frame);
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
