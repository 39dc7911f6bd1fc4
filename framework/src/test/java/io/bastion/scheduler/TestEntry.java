package io.bastion.scheduler;

/** A timer entry that notes when it fires. */
final class TestEntry extends TimerEntry {
    final int number;

    /** When it is expected; for the test's own use. */
    long expected;

    TestEntry(Home home, int number) {
        super(home);
        this.number = number;
    }

    @Override
    protected void run(WorkFrame frame) {}

    @Override
    public String toString() {
        return "entry " + number;
    }
}
