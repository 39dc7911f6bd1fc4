package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A home of one activity that counts how often it is scheduled and leaves the running to the test's threads. */
public final class ManualHome extends Home {
    private static final VarHandle WAITING;
    private static final VarHandle SCHEDULES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAITING = lookup.findVarHandle(ManualHome.class, "waiting", int.class);
            SCHEDULES = lookup.findVarHandle(ManualHome.class, "schedules", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Activity activity;
    private volatile int waiting;
    private volatile int schedules;

    @Override
    protected void execute(Activity activity) {
        SCHEDULES.getAndAdd(this, 1);
        this.yield(activity);
    }

    @Override
    protected void yield(Activity activity) {
        this.activity = activity;
        WAITING.getAndAdd(this, 1);
    }

    /** Runs the activity on the calling thread as often as it waits to be run; two threads may do so at a time. */
    public void work() {
        int w;
        while ((w = waiting) > 0) {
            if (WAITING.compareAndSet(this, w, w - 1)) {
                Activity a = activity;
                if (a != null) {
                    a.run(new WorkFrame());
                }
            }
        }
    }

    /** How often the activity was scheduled from outside its own run. */
    public int schedules() {
        return schedules;
    }

    @Override
    public int node() {
        return 0;
    }

    @Override
    public ActivityScheduler scheduler() {
        throw new UnsupportedOperationException("scheduler: none (expected: not to be asked for)");
    }
}
