package io.bastion.testkit;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Runs the system on the thread of a {@link DeterministicScheduler}, while the test waits. */
record SeededDrive(DeterministicScheduler scheduler) implements Drive {
    @Override
    public VirtualTime time() {
        return scheduler.timer();
    }

    @Override
    public void until(Supplier<String> what, BooleanSupplier condition) {
        if (!scheduler.runUntil(condition) && !condition.getAsBoolean()) {
            throw new AssertionError("nothing is left to run at " + time() + ", but not yet: " + what.get());
        }
    }

    @Override
    public void rest() {
        scheduler.runUntilIdle();
    }
}
