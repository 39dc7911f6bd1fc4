package io.bastion.actor;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;

/** Ends the wait for actors that do not answer. */
final class SnapshotLimit extends TimerEntry {
    private final Runnable end;

    SnapshotLimit(Home home, Runnable end) {
        super(home);
        this.end = end;
    }

    @Override
    protected void run(WorkFrame frame) {
        end.run();
    }
}
