package io.bastion.testkit;

import io.bastion.scheduler.ActivityScheduler;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How the system of a kit comes to run: when the test lets it, or all the time. */
sealed interface Drive permits SeededDrive, WorkerDrive {
    ActivityScheduler scheduler();

    VirtualTime time();

    /**
     * Lets the system run until a condition is true.
     *
     * @throws AssertionError if it does not come true; says the words
     */
    void until(Supplier<String> what, BooleanSupplier condition);

    /**
     * Lets the system run until nothing moves any more, at this time.
     *
     * @throws AssertionError if it does not come to rest
     */
    void rest();
}
