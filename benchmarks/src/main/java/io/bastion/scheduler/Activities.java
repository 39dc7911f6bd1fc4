package io.bastion.scheduler;

/** Runs activities for homes that are not of this package: an activity's run is for its scheduler only. */
public final class Activities {
    private Activities() {}

    /** Runs an activity on the calling thread. */
    public static void run(Activity activity, WorkFrame frame) {
        frame.enter(activity);
        try {
            activity.run(frame);
        } finally {
            frame.work(null);
            frame.enter(null);
        }
    }
}
