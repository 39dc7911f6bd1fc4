package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final Admission admission = new Admission(8, 3, now::get);

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneAddress_hasItsShare_andOthersTheirs() {
        for (int i = 0; i < 3; i++) {
            assertThat(admission.enter(address(1))).isTrue();
        }
        assertThat(admission.enter(address(1))).isFalse();
        assertThat(admission.enter(address(2))).isTrue();
        admission.leave(address(1));
        assertThat(admission.enter(address(1))).isTrue();
    }

    @Test
    void allAddressesTogether_areBounded() {
        for (int i = 0; i < 8; i++) {
            assertThat(admission.enter(address(i))).isTrue();
        }
        assertThat(admission.enter(address(9))).isFalse();
        admission.leave(address(0));
        assertThat(admission.enter(address(9))).isTrue();
    }

    @Test
    void oneAddressThatComesAgainAndAgain_isBoundedInEachSecond() {
        for (int i = 0; i < 8; i++) {
            assertThat(admission.enter(address(1))).isTrue();
            admission.leave(address(1));
        }
        assertThat(admission.enter(address(1))).isFalse();
        assertThat(admission.enter(address(2))).isTrue();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(admission.enter(address(1))).isTrue();
    }

    @Test
    void addressesThatAreGone_areForgotten_andThoseThatAreThereAreNot() {
        admission.enter(address(200));
        for (int i = 0; i < 100; i++) {
            assertThat(admission.enter(address(i))).isTrue();
            admission.leave(address(i));
            now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        assertThat(admission.enter(address(200))).isTrue();
        assertThat(admission.enter(address(200))).isTrue();
        assertThat(admission.enter(address(200))).isFalse();
    }
}
