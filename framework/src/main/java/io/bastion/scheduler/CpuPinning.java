package io.bastion.scheduler;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.openhft.affinity.Affinity;
import net.openhft.affinity.impl.NullAffinity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds the calling thread to some cpus; says so once where that is not possible, and goes on. */
final class CpuPinning implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(CpuPinning.class);
    private static final AtomicBoolean reported = new AtomicBoolean();

    private final BitSet cpus = new BitSet();

    CpuPinning(List<Integer> cpus) {
        cpus.forEach(this.cpus::set);
    }

    @Override
    public void run() {
        try {
            Library.bind(cpus);
        } catch (NoClassDefFoundError e) {
            report("net.openhft:affinity is not on the class path");
        } catch (RuntimeException | LinkageError e) {
            report(e.toString());
        }
    }

    private static void report(String reason) {
        if (!reported.getAndSet(true)) {
            log.warn("threads are not bound to cpus: {}", reason);
        }
    }

    /** All that touches the optional library, so that its absence shows as a LinkageError in one place. */
    private static final class Library {
        static void bind(BitSet cpus) {
            if (Affinity.getAffinityImpl() instanceof NullAffinity) {
                throw new UnsupportedOperationException("not supported on this platform");
            }
            Affinity.setAffinity(cpus);
        }
    }
}
