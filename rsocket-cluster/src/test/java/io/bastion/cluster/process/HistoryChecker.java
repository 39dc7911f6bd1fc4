package io.bastion.cluster.process;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of the histories of all nodes together, whatever happened to them: nobody comes back from the dead, messages come at
 * most once, in order, and neither from nor to the dead, a watcher is told once and the right thing, an ask ends once, and
 * nothing is lost but with a link. Lost is who was told to be lost by the signal of a watch: what waited in a mailbox before may be
 * handled after the event that a member was removed. What concerns a line and those before it is checked as it comes, the rest at rest.
 * Thread-safe.
 */
final class HistoryChecker {
    private static final int MAX_VIOLATIONS = 20;

    /** By "from to number". */
    private final Map<String, Stream> streams = new LinkedHashMap<>();

    /** Incarnations that others have lost from sight at some time. */
    private final Set<String> broken = new HashSet<>();

    private final List<String> violations = new ArrayList<>();

    /** A process, and what it knows. */
    static final class Node {
        private final String name;
        private final Set<String> members = new HashSet<>();

        /** Others that it has seen die, and what it was itself before. */
        private final Set<String> dead = new HashSet<>();

        private boolean killed;

        private Node(String name) {
            this.name = name;
        }
    }

    private static final class Stream {
        private final String name;
        private final String from;
        private final String to;
        private final BitSet accepted = new BitSet();
        private final BitSet asked = new BitSet();
        private final BitSet answered = new BitSet();
        private final BitSet replied = new BitSet();
        private final BitSet got = new BitSet();
        private int lastSent;
        private int lastBack;
        private @Nullable Node sender;
        private @Nullable Node receiver;
        private boolean left;
        private @Nullable String ended;
        private @Nullable String told;

        Stream(String name, String from, String to) {
            this.name = name;
            this.from = from;
            this.to = to;
        }

        @Override
        public String toString() {
            return name + ": accepted " + accepted.cardinality() + " of " + lastSent + ", got " + got.cardinality()
                    + " up to " + got.length() + ", ended " + ended + ", told " + told;
        }
    }

    Node node(String name) {
        return new Node(name);
    }

    synchronized void killed(Node node) {
        node.killed = true;
    }

    /** What a node has written next. */
    synchronized void accept(Node node, String[] line) {
        switch (line[0]) {
            case "up" -> {
                check(node.members.add(line[1]), "comes once", node, line);
                check(!node.dead.contains(line[1]), "nobody comes back", node, line);
            }
            case "removed" -> {
                check(node.members.remove(line[1]), "goes once", node, line);
                broken.add(line[1]);
                if (!line[2].equals("REJOINING")) {
                    node.dead.add(line[1]);
                }
            }
            case "unreachable" -> broken.add(line[1]);
            case "rejoined" -> {
                check(node.members.isEmpty(), "begins with nothing", node, line);
                node.dead.add(line[1]);
                broken.add(line[1]);
            }
            case "watches", "sent", "asked", "answered", "back", "terminated", "after" ->
                sender(node, stream(line), line);
            case "got", "ends", "left" -> receiver(node, stream(line), line);
            default -> {}
        }
    }

    private Stream stream(String[] line) {
        return streams.computeIfAbsent(
                line[1] + " " + line[2] + " " + line[3], name -> new Stream(name, line[1], line[2]));
    }

    private void sender(Node node, Stream stream, String[] line) {
        check(stream.sender == null || stream.sender == node, "is of one sender", node, line);
        stream.sender = node;
        switch (line[0]) {
            case "sent" -> {
                stream.lastSent = number(line);
                stream.accepted.set(number(line), line[5].equals("ACCEPTED"));
            }
            case "asked" -> {
                stream.lastSent = number(line);
                stream.asked.set(number(line));
            }
            case "answered" -> {
                check(stream.asked.get(number(line)), "was asked", node, line);
                check(!stream.answered.get(number(line)), "an ask ends once", node, line);
                stream.answered.set(number(line));
                if (Character.isDigit(line[5].charAt(0))) {
                    check(line[5].equals(line[4]), "the answer to this ask", node, line);
                    stream.replied.set(number(line));
                }
            }
            case "back" -> {
                check(number(line) > stream.lastBack, "back at most once and in order", node, line);
                check(stream.told == null, "nothing comes after the end", node, line);
                stream.lastBack = number(line);
            }
            case "terminated" -> {
                check(stream.told == null, "told once", node, line);
                stream.told = line[4];
            }
            case "after" -> check(line[4].equals("TERMINATED"), "refused after the end", node, line);
            default -> {}
        }
    }

    private void receiver(Node node, Stream stream, String[] line) {
        check(stream.receiver == null || stream.receiver == node, "is of one receiver", node, line);
        stream.receiver = node;
        check(stream.ended == null, "nothing is handled after the end", node, line);
        if (line[0].equals("left")) {
            check(!stream.left, "told once that its sender is lost", node, line);
            stream.left = true;
            return;
        }
        if (line[0].equals("ends")) {
            stream.ended = line[4];
            return;
        }
        check(!stream.left, "nothing comes from a sender that is lost", node, line);
        check(number(line) >= stream.got.length(), "at most once and in order", node, line);
        stream.got.set(number(line));
    }

    private static int number(String[] line) {
        return Integer.parseInt(line[4]);
    }

    private void check(boolean condition, String what, Node node, String[] line) {
        if (!condition) {
            violate(what + ": " + node.name + ": " + String.join(" ", line));
        }
    }

    private void violate(String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    /** What has been wrong up to now, and, if nothing is under way any more, what is missing; forgets what is complete. */
    synchronized List<String> atRest() {
        streams.values().forEach(this::checkAtRest);
        streams.values()
                .removeIf(stream -> stream.told != null
                        || stream.sender == null
                        || stream.sender.killed
                        || stream.sender.dead.contains(stream.from));
        return List.copyOf(violations);
    }

    /** Whether there are asks without an end, or ends that nobody was told of, yet. */
    synchronized boolean isWaiting() {
        return streams.values().stream().anyMatch(stream -> {
            Node sender = stream.sender;
            return sender != null
                    && !sender.killed
                    && (!stream.asked.equals(stream.answered)
                            || stream.told == null && (stream.ended != null || isLost(stream, sender)));
        });
    }

    private static boolean isLost(Stream stream, Node watcher) {
        return watcher.dead.contains(stream.from) || watcher.dead.contains(stream.to);
    }

    private void checkAtRest(Stream stream) {
        Node sender = stream.sender;
        if (sender == null) {
            if (!stream.got.isEmpty()) {
                violate("got what nobody has sent: " + stream);
            }
            return;
        }
        // Of one that was killed the last line may be missing
        int sent = stream.lastSent + (sender.killed ? Streams.LENGTH : 0);
        if (stream.got.length() - 1 > sent) {
            violate("got what was not sent: " + stream);
        }
        BitSet repliedOnly = (BitSet) stream.replied.clone();
        repliedOnly.andNot(stream.got);
        if (!repliedOnly.isEmpty()) {
            violate("a reply to what was not got: " + repliedOnly + " of " + stream);
        }
        if (!sender.killed) {
            checkWatch(stream, sender);
            BitSet refused = (BitSet) stream.got.clone();
            refused.andNot(stream.accepted);
            refused.andNot(stream.asked);
            if (!refused.isEmpty()) {
                violate("got what its sender has still: " + refused + " of " + stream);
            }
            if (!stream.asked.equals(stream.answered)) {
                violate("asks have no end: " + stream.asked + ", " + stream.answered + " of " + stream);
            }
        }
        if (!broken.contains(stream.from) && !broken.contains(stream.to)) {
            BitSet lost = (BitSet) stream.accepted.clone();
            lost.andNot(stream.got);
            int end = stream.ended == null ? Integer.MAX_VALUE : stream.got.length();
            if (lost.nextSetBit(0) >= 0 && lost.nextSetBit(0) < end) {
                violate("lost though no link broke: " + lost + " of " + stream);
            }
        }
    }

    private void checkWatch(Stream stream, Node watcher) {
        boolean nodeLost = isLost(stream, watcher);
        String told = stream.told;
        if (told == null) {
            if (nodeLost || stream.ended != null) {
                violate("not told of an end: " + stream);
            }
        } else if (told.equals("NodeLost") ? !nodeLost : !told.equals(stream.ended)) {
            violate("told the wrong thing: " + stream);
        }
    }
}
