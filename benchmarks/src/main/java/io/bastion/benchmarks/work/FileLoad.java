package io.bastion.benchmarks.work;

/** A load on files, of which it counts how often its threads leave their processors. */
@FunctionalInterface
public interface FileLoad extends Work.Load {
    @Override
    default boolean countsSwitches() {
        return true;
    }
}
