package io.bastion.scheduler;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What the workers of a scheduler have counted since they were started.
 *
 * @param nodes in the order of the topology
 */
public record SchedulerStats(List<NodeStats> nodes) {
    /**
     * What the workers of a node have counted.
     *
     * @param node index of the node in the topology
     * @param workers their number
     * @param idleWorkers how many of them sleep now
     * @param queued activities that wait in their run queues now
     * @param activations activities that they have begun to run
     * @param localSends activities that they sent to workers of this node
     * @param remoteSends activities that they sent to other nodes
     * @param received activities that reached them through their inboxes: from other nodes, from threads that are no
     *     workers, and what had no room in a run queue
     * @param nearSteals times that one of them fetched work from another one
     * @param farSteals times that one of them fetched work from another node
     * @param rescues activities that were fetched from behind one that held its worker up
     * @param parks times that one of them went to sleep
     * @param unparks times that one of them was woken for work
     */
    public record NodeStats(
            int node,
            int workers,
            int idleWorkers,
            long queued,
            long activations,
            long localSends,
            long remoteSends,
            long received,
            long nearSteals,
            long farSteals,
            long rescues,
            long parks,
            long unparks) {
        static NodeStats of(NodeGroup group) {
            long queued = 0;
            for (NumaWorker worker : group.workers) {
                queued += worker.queue.size();
            }
            return new NodeStats(
                    group.node,
                    group.workers.length,
                    group.idle.count(),
                    queued,
                    sum(group, s -> s.turns),
                    sum(group, s -> s.localSends),
                    sum(group, s -> s.remoteSends),
                    sum(group, s -> s.received),
                    sum(group, s -> s.nearSteals),
                    sum(group, s -> s.farSteals),
                    sum(group, s -> s.rescues),
                    sum(group, s -> s.parks),
                    sum(group, s -> s.wakeUps));
        }

        private static long sum(NodeGroup group, ToLongFunction<WorkerState> counter) {
            long sum = 0;
            for (NumaWorker worker : group.workers) {
                sum += counter.applyAsLong(worker.state);
            }
            return sum;
        }
    }

    /** Copies the list. */
    public SchedulerStats {
        nodes = List.copyOf(nodes);
    }
}
