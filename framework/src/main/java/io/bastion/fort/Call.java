package io.bastion.fort;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Code with a result as a publisher: runs once when it is asked for it, and signals all that it throws. What it throws after it was
 * cancelled is how it ends, and no error.
 */
record Call<T>(Callable<T> code) implements Publisher<T> {
    @Override
    public void subscribe(Subscriber<? super T> actual) {
        AtomicBoolean begun = new AtomicBoolean();
        actual.onSubscribe(new Subscription() {
            private volatile boolean cancelled;

            @Override
            public void request(long n) {
                if (begun.compareAndSet(false, true)) {
                    run();
                }
            }

            private void run() {
                T value;
                try {
                    value = code.call();
                } catch (Throwable t) {
                    if (!cancelled) {
                        actual.onError(t);
                    }
                    return;
                }
                if (!cancelled) {
                    if (value != null) {
                        actual.onNext(value);
                    }
                    actual.onComplete();
                }
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        });
    }
}
