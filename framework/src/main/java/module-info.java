/**
 * Actors, mailboxes, supervision and the scheduler under them.
 *
 * <p>Its packages form layers: {@code fort} uses {@code relay}, {@code actor} and {@code supervision}; {@code relay} uses {@code actor} and {@code supervision}; {@code actor} uses {@code supervision}, {@code mailbox} and {@code scheduler};
 * {@code mailbox} uses {@code scheduler}; {@code supervision} is pure policy and uses neither mailboxes nor actors.
 */
module io.bastion.framework {
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires transitive static org.jspecify;
    requires transitive org.slf4j;

    // Pins workers to CPUs where it is present.
    requires static affinity;

    // Interceptors that limit or break, for those who use them.
    requires static io.github.resilience4j.circuitbreaker;
    requires static io.github.resilience4j.ratelimiter;

    exports io.bastion.actor;
    exports io.bastion.fort;
    exports io.bastion.mailbox;
    exports io.bastion.relay to
            io.bastion.bridge;
    exports io.bastion.scheduler;
    exports io.bastion.supervision;
}
