package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.ReferencePort;
import io.bastion.cluster.codec.CodecException;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/**
 * One lane of a link, on its way in. A message that cannot be read is reported to its sender; what is no frame at all ends the link.
 * One batch at a time.
 */
final class Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final Peer peer;
    private final Session session;
    private final WireReferences references;

    /** Of the message before: many in a row are for the same actor. */
    private Exports.@Nullable Export lastExport;

    private @Nullable Inlet lastInlet;
    private int messages;

    Receiver(Peer peer, Session session) {
        this.peer = peer;
        this.session = session;
        references = new WireReferences(peer);
    }

    void received(ByteBuf batch) {
        ByteBuf frames = Scratch.take();
        try {
            frames.writeBytes(batch);
            if (!session.isClosed()) {
                frames(frames);
            }
        } catch (Wire.MalformedException | IndexOutOfBoundsException e) {
            peer.unreadable.increment();
            if (isWorthALine(peer.unreadable.sum())) {
                LOG.warn("{} sends what is no frame, its link is ended: {}", peer.node, e.getMessage());
            }
            session.fail("no frame: " + e.getMessage());
        } catch (Throwable t) {
            LOG.error("what {} sends could not be treated, its link is ended", peer.node, t);
            session.fail("failure: " + t);
        } finally {
            peer.received.add(messages);
            messages = 0;
            Scratch.giveBack(frames);
            batch.release();
        }
    }

    private void frames(ByteBuf batch) {
        int end = batch.writerIndex();
        while (batch.isReadable()) {
            int length = batch.readableBytes() < Wire.HEADER ? -1 : batch.readInt();
            if (length < 1 || length > end - batch.readerIndex()) {
                throw new Wire.MalformedException("length: " + length + " (expected: 1 to what is there)");
            }
            int next = batch.readerIndex() + length;
            batch.writerIndex(next); // so that a frame sees itself only
            frame(batch, length);
            batch.setIndex(next, end);
        }
    }

    private void frame(ByteBuf in, int length) {
        byte kind = in.readByte();
        switch (kind) {
            case Wire.MESSAGE -> message(in, length);
            case Wire.CREDIT -> credit(Wire.readNumber(in), Wire.readNumber(in));
            case Wire.WATCH ->
                peer.watchedHere.watch(session, Wire.readNumber(in), Wire.readNumber(in), Wire.readNumber(in));
            case Wire.WATCHES_SAID -> watchesSaid(Wire.readNumber(in), Wire.readNumber(in));
            case Wire.UNWATCH -> peer.watchedHere.unwatch(Wire.readNumber(in));
            case Wire.TERMINATED -> peer.watches.terminated(Wire.readNumber(in), Reasons.read(in));
            case Wire.GONE -> peer.gone(Wire.readNumber(in));
            case Wire.RETURNED -> returned(in);
            case Wire.UNREADABLE -> unreadableThere(Wire.readNumber(in), Wire.readString(in));
            case Wire.STOP, Wire.DRAIN, Wire.KILL -> command(kind, Wire.readNumber(in));
            default -> throw new Wire.MalformedException("kind: " + kind + " (expected: one of this protocol)");
        }
    }

    private void message(ByteBuf in, int length) {
        messages++;
        long id = Wire.readNumber(in);
        int flags = Wire.readByte(in);
        Context context =
                (flags & Wire.WITH_CONTEXT) == 0 ? null : ContextEntries.read(in, peer.settings.contextKeys());
        Exports.Export export = find(id);
        Object message;
        try {
            message = peer.remoting.messages.decode(in, references);
            if (export != null) {
                message = Objects.requireNonNull(ReferencePort.adapted(export.reference(), message));
            }
        } catch (Throwable t) { // an adaption may throw anything
            unreadable(id, t);
            if (export != null && !Exports.isReply(id)) {
                peer.inlet(export).skip(session, peer.settings.cost(length));
            }
            return;
        }
        if (Exports.isReply(id)) {
            reply(id, message, context);
        } else if (export == null) {
            peer.giveBack(id, flags, message);
        } else {
            inlet(export).arrived(session, id, flags, message, context, peer.settings.cost(length));
        }
    }

    private Exports.@Nullable Export find(long id) {
        Exports.Export last = lastExport;
        if (last != null && last.id() == id && lastInlet != null && !lastInlet.isOver()) {
            return last;
        }
        Exports.Export found = peer.remoting.exports.find(id);
        lastInlet = null;
        lastExport = found;
        return found;
    }

    private Inlet inlet(Exports.Export export) {
        Inlet last = lastInlet;
        if (last == null) {
            last = peer.inlet(export);
            lastInlet = last;
        }
        return last;
    }

    private void reply(long id, Object message, @Nullable Context context) {
        Exports.Export export = peer.remoting.exports.take(id);
        if (export == null) {
            peer.remoting.deadHere(id, message, DeadLetter.Reason.LATE_REPLY);
        } else {
            Guard.run(() -> tell(export.reference(), message, context));
        }
    }

    @SuppressWarnings("unchecked") // who cannot take it, fails
    private static void tell(ActorRef<?> reference, Object message, @Nullable Context context) {
        ActorRef<Object> taker = (ActorRef<Object>) reference;
        if (context == null) {
            taker.tell(message);
        } else {
            taker.tell(message, context);
        }
    }

    /** Not for each of many. */
    private static boolean isWorthALine(long count) {
        return (count & count - 1) == 0;
    }

    private void unreadable(long id, Throwable failure) {
        peer.unreadable.increment();
        String why = Wire.shortened(failure instanceof CodecException ? "" + failure.getMessage() : "" + failure);
        long count = peer.unreadable.sum();
        if (isWorthALine(count)) {
            LOG.warn("a message of {} cannot be read, {} so far: {}", peer.node, count, why);
        }
        peer.lane(id).offer(new Frame() {
            @Override
            void write(ByteBuf out, Line line) {
                int start = Wire.begin(out, Wire.UNREADABLE);
                Wire.writeNumber(out, id);
                Wire.writeString(out, why);
                Wire.end(out, start);
            }
        });
    }

    private void unreadableThere(long id, String why) {
        LOG.debug("{} cannot read a message from here: {}", peer.node, why);
        peer.deadLetters.increment();
        peer.remoting.deadLetter(
                new DeadLetter(new UnreadableMessage(why), peer.reference(id), null, DeadLetter.Reason.UNENCODABLE));
    }

    private void returned(ByteBuf in) {
        long id = Wire.readNumber(in);
        int flags = Wire.readByte(in);
        peer.gone(id);
        if ((flags & Wire.REQUEST) == 0) { // else the asker is told
            Object message;
            try {
                message = peer.remoting.messages.decode(in, references);
            } catch (CodecException e) {
                message = new UnreadableMessage("" + e.getMessage());
            }
            peer.deadLetters.increment();
            peer.remoting.deadLetter(new DeadLetter(message, peer.reference(id), null, DeadLetter.Reason.TERMINATED));
        }
    }

    private void credit(long box, long number) {
        Outlet outlet = peer.outlet(box);
        if (number < 1 || number > peer.settings.window()) {
            throw new Wire.MalformedException("credit: " + number + " (expected: 1 to " + peer.settings.window() + ")");
        }
        if (outlet != null) {
            outlet.lane.offer(new Item() {
                @Override
                void taken(Lane lane) {
                    lane.credited(outlet, number, session);
                }
            });
        }
    }

    private void watchesSaid(long lane, long lanes) {
        if (lanes < 1) {
            throw new Wire.MalformedException("lanes: " + lanes + " (expected: >= 1)");
        }
        peer.watchedHere.said(session, lane, lanes);
    }

    private void command(byte kind, long id) {
        Exports.Export export = peer.remoting.exports.find(id);
        if (export == null || Exports.isReply(id) || id == Exports.NODE_ACTOR || !peer.settings.obeysCommands()) {
            return;
        }
        ActorRef<?> actor = export.actor();
        Inlet inlet = peer.inlet(export.box());
        switch (kind) {
            case Wire.STOP -> actor.stop();
            case Wire.KILL -> actor.kill();
            default -> {
                if (inlet == null) {
                    actor.drain();
                } else {
                    inlet.signal(actor::drain);
                }
            }
        }
    }
}
