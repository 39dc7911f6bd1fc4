package io.bastion.examples.twins.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What has been answered within a second. Any thread may record; what comes after {@link #line} is lost. */
final class Second {
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    void answered(long nanos) {
        this.nanos.add(nanos);
    }

    void failed(String how) {
        errors.computeIfAbsent(how, h -> new LongAdder()).increment();
    }

    /** This second as text: answers, how long half of them and how long all but one in a hundred took, and errors by kind. */
    String line(int number) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "%4d s %7d answers/s   p50 %6.1f ms   p99 %6.1f ms   errors %s",
                number,
                sorted.length,
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                errors.isEmpty() ? "none" : new TreeMap<>(errors));
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))] / 1e6;
    }
}
