package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a listener has heard, in words. */
final class Heard implements LinkListener {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<Link> links = new CopyOnWriteArrayList<>();

    @Override
    public void up(Link link) {
        links.add(link);
        events.add("up");
    }

    @Override
    public void pushed(Link link, ByteBuf message) {
        events.add("pushed " + message.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void unreachable(Link link) {
        events.add("unreachable");
    }

    @Override
    public void reachable(Link link) {
        events.add("reachable");
    }

    @Override
    public void down(Link link, String reason) {
        links.remove(link);
        events.add("down");
    }

    @Override
    public void refused(String address, LinkRejectedException rejection) {
        events.add("refused " + rejection.code());
    }
}
