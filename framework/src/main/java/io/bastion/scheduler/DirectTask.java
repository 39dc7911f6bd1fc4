package io.bastion.scheduler;

/** An activity that runs a task once. */
final class DirectTask extends Activity {
    private final Task task;

    DirectTask(Task task, Home home) {
        super(home);
        this.task = task;
    }

    void start() {
        schedule();
    }

    @Override
    protected void run(WorkFrame frame) {
        frame.work(task);
        task.execute();
    }
}
