package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.cluster.link.Heartbeat.Change;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private final Heartbeat heartbeat = new Heartbeat(2, 4);

    @Test
    void silence_isToldOnce_andItsEndToo() {
        assertThat(heartbeat.tick()).isEqualTo(Change.NONE);
        assertThat(heartbeat.tick()).isEqualTo(Change.UNREACHABLE);
        assertThat(heartbeat.tick()).isEqualTo(Change.NONE);
        heartbeat.heard();
        assertThat(heartbeat.tick()).isEqualTo(Change.REACHABLE);
        assertThat(heartbeat.tick()).isEqualTo(Change.NONE);
    }

    @Test
    void silence_thatLasts_isTheEnd() {
        for (int i = 0; i < 3; i++) {
            assertThat(heartbeat.tick()).isNotEqualTo(Change.DEAD);
        }
        assertThat(heartbeat.tick()).isEqualTo(Change.DEAD);
        assertThat(heartbeat.tick()).isEqualTo(Change.NONE);
    }

    @Test
    void oneWhoIsHeardNowAndThen_isReachable() {
        for (int i = 0; i < 10; i++) {
            heartbeat.heard();
            assertThat(heartbeat.tick()).isEqualTo(Change.NONE);
            assertThat(heartbeat.tick()).isEqualTo(Change.NONE);
        }
    }
}
