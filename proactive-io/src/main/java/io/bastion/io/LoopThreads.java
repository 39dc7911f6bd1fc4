package io.bastion.io;

import io.bastion.scheduler.NumaTopology;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.NonBlocking;

/** The threads of event loops: daemons, which Reactor knows must not block, spread over the NUMA nodes in turn and bound to them. */
final class LoopThreads implements ThreadFactory {
    private final String name;
    private final NumaTopology topology;
    private final boolean pinned;
    private final AtomicInteger made = new AtomicInteger();

    LoopThreads(String name, NumaTopology topology, boolean pinned) {
        this.name = name;
        this.topology = topology;
        this.pinned = pinned;
    }

    @Override
    public Thread newThread(Runnable work) {
        int number = made.getAndIncrement();
        int node = number % topology.nodes().size();
        return new LoopThread(name + "-" + node + "-" + number, node, pinned ? pinned(node, work) : work);
    }

    private Runnable pinned(int node, Runnable work) {
        return () -> {
            topology.nodes().get(node).pinCurrentThread();
            work.run();
        };
    }

    /** The index of the node that the calling loop belongs to; 0 on other threads. */
    static int node() {
        return Thread.currentThread() instanceof LoopThread loop ? loop.node : 0;
    }

    private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {
        private final int node;

        LoopThread(String name, int node, Runnable work) {
            super(work, name);
            this.node = node;
            setDaemon(true);
        }
    }
}
