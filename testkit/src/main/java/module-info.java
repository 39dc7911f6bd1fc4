/**
 * Tests of actors: time that is moved by hand, schedules that are drawn from a seed, probes, and a check after every test
 * that the framework's promises were kept.
 */
module io.bastion.testkit {
    requires transitive io.bastion.framework;
    requires transitive org.junit.jupiter.api;
    requires transitive reactor.test;
    requires transitive static org.jspecify;
    requires org.junit.platform.commons;
    requires org.slf4j;

    exports io.bastion.testkit;
}
