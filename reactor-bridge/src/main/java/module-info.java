/** Reactor pipelines as supervised actors, and actors as reactive streams. */
module io.bastion.bridge {
    requires transitive io.bastion.framework;
    requires transitive static org.jspecify;
    requires org.slf4j;

    exports io.bastion.bridge;
}
