package io.bastion.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which transport is chosen, and what is said when it is not there. */
class TransportsTest {
    private static final Function<Transport, @Nullable Throwable> ALL = any -> null;
    private static final Function<Transport, @Nullable Throwable> ONLY_NIO =
            transport -> transport == Transport.NIO ? null : new UnsatisfiedLinkError("no library");

    @Test
    void nothingForced_isEpollWhereItWorks_thoughIoUringIsThere() {
        assertThat(Transports.choose(null, ALL)).isEqualTo(Transport.EPOLL);
        assertThat(Transports.choose(null, ONLY_NIO)).isEqualTo(Transport.NIO);
    }

    @Test
    void forcedOne_isTaken_orRefusedWithTheCause() {
        assertThat(Transports.choose(Transport.IO_URING, ALL)).isEqualTo(Transport.IO_URING);
        assertThat(Transports.choose(Transport.NIO, ONLY_NIO)).isEqualTo(Transport.NIO);
        assertThatThrownBy(() -> Transports.choose(Transport.EPOLL, ONLY_NIO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("transport: epoll (expected: one that works here; no library)")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    @Test
    void theProgram_goesBeforeTheProperty() {
        assertThat(Transports.forced(Transport.NIO, "io_uring")).isEqualTo(Transport.NIO);
        assertThat(Transports.forced(null, "io_uring")).isEqualTo(Transport.IO_URING);
        assertThat(Transports.forced(null, "auto")).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transports.forced(null, "kqueue"))
                .withMessage("bastion.io.transport: kqueue (expected: auto, epoll, nio or io_uring)");
    }
}
