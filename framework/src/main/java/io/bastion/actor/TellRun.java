package io.bastion.actor;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One message on its way through the interceptors of a tell; for one thread. */
final class TellRun {
    private final List<Interceptor> interceptors;
    private final ActorRef<?> target;
    private final Function<Object, TellResult> mailbox;
    private TellResult result = TellResult.REFUSED;

    /** What the mailbox has said, if the message got there. */
    private @Nullable TellResult end;

    /** What the mailbox has thrown: the sender's. */
    private @Nullable Throwable thrown;

    TellRun(List<Interceptor> interceptors, ActorRef<?> target, Function<Object, TellResult> mailbox) {
        this.interceptors = interceptors;
        this.target = target;
        this.mailbox = mailbox;
    }

    void start(Object message) {
        result = tell(0, message);
    }

    /** What the outermost interceptor has said. */
    TellResult result() {
        return result;
    }

    /** Whether the message was passed on by all interceptors. */
    boolean reachedEnd() {
        return end != null;
    }

    /** What the mailbox has said; null if the message did not get there. */
    @Nullable TellResult end() {
        return end;
    }

    private TellResult tell(int index, Object message) {
        if (index == interceptors.size()) {
            try {
                TellResult said = mailbox.apply(message);
                end = said;
                return said;
            } catch (Throwable t) {
                thrown = t;
                throw t;
            }
        }
        Next next = new Next(index + 1);
        try {
            return Objects.requireNonNull(
                    interceptors.get(index).tell(target, message, next),
                    "tell: an interceptor returned null (expected: a TellResult)");
        } catch (Throwable t) {
            if (t == thrown) {
                throw t;
            }
            Report.failure(target.path(), t, "in an interceptor, goes on without it");
        }
        return next.said != null ? next.said : tell(index + 1, message);
    }

    /** What one interceptor passes on to. */
    private final class Next implements Interceptor.TellChain {
        private final int index;
        private @Nullable TellResult said;

        Next(int index) {
            this.index = index;
        }

        @Override
        public TellResult tell(Object message) {
            Objects.requireNonNull(message, "message: null (expected: a message)");
            TellResult r = TellRun.this.tell(index, message);
            said = r;
            return r;
        }
    }
}
