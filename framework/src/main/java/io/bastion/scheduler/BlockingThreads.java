package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/** New threads to be blocked: virtual ones where the JVM has them, which the baseline's library does not know. */
final class BlockingThreads {
    private static final String NAME = "bastion-blocking-";

    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

    private static final ThreadFactory FACTORY = VIRTUAL ? virtual() : platform();

    private BlockingThreads() {}

    static boolean areVirtual() {
        return VIRTUAL;
    }

    static void start(Runnable task) {
        FACTORY.newThread(task).start();
    }

    /** {@code Thread.ofVirtual().name(NAME, 0).inheritInheritableThreadLocals(false).factory()} */
    private static ThreadFactory virtual() {
        try {
            Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
            Object threads = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual))
                    .invoke();
            threads = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class))
                    .invoke(threads, NAME, 0L);
            threads = lookup.findVirtual(
                            builder, "inheritInheritableThreadLocals", MethodType.methodType(builder, boolean.class))
                    .invoke(threads, false);
            return (ThreadFactory) lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class))
                    .invoke(threads);
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static ThreadFactory platform() {
        AtomicLong number = new AtomicLong();
        return task -> {
            Thread thread = new Thread(null, task, NAME + number.getAndIncrement(), 0, false);
            thread.setDaemon(true);
            return thread;
        };
    }
}
