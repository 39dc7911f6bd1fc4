package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Variables that have their cache lines to themselves.
 *
 * <p>128 bytes on either side, because processors fetch lines in pairs. The layers of classes are what keeps the order:
 * a JVM lays out a superclass's fields before its subclass's.
 */
final class Padding {
    private Padding() {}

    /** The padding before. */
    @SuppressWarnings("unused")
    abstract static class Before {
        private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
    }

    abstract static class ActivityVariable extends Before {
        static final VarHandle VALUE = field(ActivityVariable.class, Activity.class);

        volatile @Nullable Activity value;
    }

    abstract static class IntVariable extends Before {
        static final VarHandle VALUE = field(IntVariable.class, int.class);

        volatile int value;
    }

    /** A variable that holds an activity. */
    @SuppressWarnings("unused")
    static final class ActivityRef extends ActivityVariable {
        private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;

        boolean isEmpty() {
            return value == null;
        }

        /** For a variable that only the caller makes non-null, and which is null. */
        void put(Activity activity) {
            VALUE.setRelease(this, activity);
        }

        @Nullable Activity exchange(@Nullable Activity activity) {
            return (Activity) VALUE.getAndSet(this, activity);
        }

        /** Takes the activity out, at the price of a read when there is none. */
        @Nullable Activity take() {
            return value == null ? null : (Activity) VALUE.getAndSet(this, null);
        }

        boolean compareAndSet(@Nullable Activity expected, @Nullable Activity activity) {
            return VALUE.compareAndSet(this, expected, activity);
        }
    }

    /** A variable that holds an int. */
    @SuppressWarnings("unused")
    static final class IntRef extends IntVariable {
        private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;

        int getPlain() {
            return (int) VALUE.get(this);
        }

        void setRelease(int newValue) {
            VALUE.setRelease(this, newValue);
        }

        boolean compareAndSet(int expected, int newValue) {
            return VALUE.compareAndSet(this, expected, newValue);
        }
    }

    private static VarHandle field(Class<?> owner, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(owner, "value", type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
