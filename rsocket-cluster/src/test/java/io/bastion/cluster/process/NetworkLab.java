package io.bastion.cluster.process;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A network of nodes 1 to n, each a process, in which things go wrong. Faults add up until {@link #heal}. For one thread, but for
 * {@link #close}.
 */
interface NetworkLab extends AutoCloseable {
    /** Makes a network. */
    record Kind(String name, IntFunction<NetworkLab> maker) {
        NetworkLab of(int nodes) {
            return maker.apply(nodes);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Which there are on this machine, the best first; says on standard output why one is not there. */
    static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        try (NetworkLab trial = new NamespaceLab(2)) {
            trial.loss(0.5);
            trial.rate(1_000);
            kinds.add(new Kind("namespaces", NamespaceLab::new));
        } catch (LabException e) {
            System.out.println("no network namespaces here, loopback only: " + e.getMessage());
        }
        kinds.add(new Kind("loopback", LoopbackLab::new));
        return kinds;
    }

    /** The command that runs a program at the place of a node. */
    List<String> command(int node, List<String> program);

    /** Settings of a {@link HistoryNode} there. */
    List<String> settings(int node);

    /** Where others reach the node. */
    String address(int node);

    /** A process has started there, and listens on that port. */
    void started(int node, int port);

    /** Nothing gets from one node to another any more. */
    void cut(int from, int to);

    /** Nothing gets from some nodes to others any more, nor back. */
    default void cut(Collection<Integer> some, Collection<Integer> others) {
        for (int one : some) {
            for (int other : others) {
                cut(one, other);
                cut(other, one);
            }
        }
    }

    /** Loses some of all packets, at random; what is no packet is held up as if it had been lost. */
    void loss(double share);

    /** Makes all links slow: kilobits a second. */
    void rate(int kilobits);

    /** Resets all connections; false if that is not possible here. */
    boolean reset();

    /** Ends all faults. */
    void heal();

    /** Ends the network, whatever still runs there. */
    @Override
    void close();

    /** It cannot be built here, or a command has failed. */
    final class LabException extends RuntimeException {
        LabException(String message) {
            super(message);
        }
    }
}
