/** Reactor pipelines as supervised actors, and actors as reactive streams. */
module io.bastion.bridge {
    requires transitive io.bastion.framework;
    requires transitive static org.jspecify;
    requires org.slf4j;

    // Carries thread-locals, for those who use it.
    requires static context.propagation;

    // Tells BlockHound where workers may wait, for those who test with it.
    requires static reactor.blockhound;

    exports io.bastion.bridge;

    provides reactor.blockhound.integration.BlockHoundIntegration with
            io.bastion.bridge.BastionBlockHoundIntegration;
}
