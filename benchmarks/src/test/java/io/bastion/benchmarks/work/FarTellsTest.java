package io.bastion.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FarTellsTest {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    /** All actors on one thread; a message may be lost on its way to a target, or come twice. */
    private final class OneThread implements FarActors<Consumer<Object>> {
        private final int copies;
        private int messages;

        OneThread(int copies) {
            this.copies = copies;
        }

        @Override
        public Consumer<Object> far(Consumer<Object> handler) {
            return message -> {
                boolean special = message instanceof Quote quote ? quote.number() == 5 : ++messages == 5;
                for (int i = 0; i < (special ? copies : 1); i++) {
                    handler.accept(message);
                }
            };
        }

        @Override
        public Consumer<Object> farAndSlow(Consumer<Object> handler) {
            return message -> {}; // so slow that its first burst is never acknowledged
        }

        @Override
        public Consumer<Object> near(Consumer<Object> handler) {
            return handler;
        }

        @Override
        public void tell(Consumer<Object> actor, Object message) {
            thread.execute(() -> actor.accept(message));
        }
    }

    @Test
    void round_inWhichNothingIsLost_countsAll() throws Exception {
        FarTells<?> load = FarTells.raw(new OneThread(1), 3);

        assertThat(load.run(3_000).operations()).isEqualTo(3_000);
        assertThat(load.run(30_000).operations()).isEqualTo(30_000);
    }

    @Test
    void round_besideASlowTarget_doesNotWaitForIt() throws Exception {
        assertThat(FarTells.besideSlow(new OneThread(1), 3).run(2_000).operations())
                .isEqualTo(2_000);
    }

    @Test
    void round_inWhichAMessageIsLost_fails() {
        assertThatThrownBy(() -> FarTells.raw(new OneThread(0), 2).run(2_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("messages: 999");
    }

    @Test
    void round_inWhichAMessageComesTwice_fails() {
        assertThatThrownBy(() -> FarTells.raw(new OneThread(2), 2).run(2_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("messages: 1001");
    }

    @Test
    void round_inWhichRecordsComeOutOfOrder_fails() {
        assertThatThrownBy(() -> FarTells.typed(new OneThread(2), 1).run(1_000))
                .isInstanceOf(IllegalStateException.class)
                .hasStackTraceContaining("number: ");
    }
}
