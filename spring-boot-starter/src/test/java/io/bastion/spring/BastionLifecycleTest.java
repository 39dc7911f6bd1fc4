package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;

class BastionLifecycleTest {
    @Test
    void shutdown_ofLongWish_endsWithinThePhase() {
        Duration phase = Duration.ofSeconds(30);
        assertThat(BastionLifecycle.shutdownTimeout(null, phase)).isEqualTo(Duration.ofSeconds(27));
        assertThat(BastionLifecycle.shutdownTimeout(Duration.ofMinutes(1), phase))
                .isEqualTo(Duration.ofSeconds(27));
        assertThat(BastionLifecycle.shutdownTimeout(Duration.ofSeconds(5), phase))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void phase_comesAfterThatOfWebServers() {
        assertThat(BastionLifecycle.PHASE).isLessThan(WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 1024);
    }
}
