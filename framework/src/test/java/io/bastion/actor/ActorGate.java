package io.bastion.actor;

import io.bastion.testing.TestSystem;
import java.util.concurrent.CountDownLatch;

/** A door that handlers wait at. */
final class ActorGate {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    /** Called by the handler: waits until the test opens. */
    void pass() {
        entered.countDown();
        boolean interrupted = false;
        for (; ; ) {
            try {
                open.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitEntered() {
        TestSystem.await(entered);
    }

    void open() {
        open.countDown();
    }
}
