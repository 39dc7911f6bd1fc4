package io.bastion.cluster.process;

import java.util.ArrayList;
import java.util.List;

/**
 * All nodes on the loopback interface, and before each of them a {@link FaultProxy}, which is where the others reach it. As far as
 * one gets without touching the network: there are connections here, but no packets.
 */
final class LoopbackLab implements NetworkLab {
    private static final String HOST = "127.0.0.1";

    private final List<FaultProxy> proxies = new ArrayList<>();
    private final Faults faults;

    LoopbackLab(int nodes) {
        faults = new Faults(nodes);
        for (int node = 1; node <= nodes; node++) {
            FaultProxy proxy = new FaultProxy(node, faults);
            proxies.add(proxy);
            faults.port(node, proxy.port());
        }
    }

    private FaultProxy proxy(int node) {
        return proxies.get(node - 1);
    }

    @Override
    public List<String> command(int node, List<String> program) {
        return program;
    }

    @Override
    public List<String> settings(int node) {
        List<String> seeds = new ArrayList<>();
        for (int other = 1; other <= proxies.size(); other++) {
            if (other != node) {
                seeds.add(address(other));
            }
        }
        return List.of("host=" + HOST, "advertised=" + proxy(node).port(), "seeds=" + String.join(",", seeds));
    }

    @Override
    public String address(int node) {
        return HOST + ":" + proxy(node).port();
    }

    @Override
    public void started(int node, int port) {
        proxy(node).target(port);
    }

    @Override
    public void cut(int from, int to) {
        faults.cut(from, to);
    }

    @Override
    public void loss(double share) {
        faults.loss(share);
    }

    @Override
    public void rate(int kilobits) {
        faults.rate(kilobits);
    }

    @Override
    public boolean reset() {
        proxies.forEach(FaultProxy::reset);
        return true;
    }

    @Override
    public void heal() {
        faults.heal();
    }

    @Override
    public void close() {
        faults.heal();
        proxies.forEach(FaultProxy::close);
    }

    @Override
    public String toString() {
        return "loopback with proxies";
    }
}
