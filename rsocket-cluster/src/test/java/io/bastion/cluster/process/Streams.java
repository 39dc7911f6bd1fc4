package io.bastion.cluster.process;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import java.time.Duration;

/**
 * What a {@link HistoryNode} sends to another: numbers from 1 on, some of them as questions, the last of which makes the receiver
 * stop or fail. The receiver sends some numbers back.
 */
final class Streams {
    /** How many a sender sends at a time, and how long they are; 0 for silence. */
    private static volatile int batch = 1;

    private static volatile String padding = "";

    /** So many numbers has a stream. */
    static final int LENGTH = 200;

    /** How long both ends stay when the other one is no more. */
    static final Duration AFTERWARDS = Duration.ofSeconds(5);

    private static final int BACK = 3;

    private Streams() {}

    /** Who sends to whom: incarnations, and a number, since an actor may have been started though nobody heard so. */
    record Stream(long from, long to, int number) {
        @Override
        public String toString() {
            return from + " " + to + " " + number;
        }
    }

    sealed interface ToReceiver {}

    /** The first: where to send numbers back to. */
    record Begin(ActorRef<ToSender> sender) implements ToReceiver {}

    record Numbered(int n, String padding) implements ToReceiver {}

    record Question(int n, ActorRef<Integer> replyTo) implements ToReceiver {}

    record End(int n, boolean failing) implements ToReceiver {}

    /** Nothing more is to be expected; of the receiver's own timer. */
    record Left() implements ToReceiver {}

    sealed interface ToSender {}

    record Back(int n) implements ToSender {}

    /** The next is due; of the sender's own timer. */
    record Next() implements ToSender {}

    /** Nothing more is to be expected. */
    record Over() implements ToSender {}

    /** Asks who is there. */
    record Present(ActorRef<Long> replyTo) {}

    static void pace(int messages, int bytes) {
        padding = "x".repeat(bytes);
        batch = messages;
    }

    static int batch() {
        return batch;
    }

    static String padding() {
        return padding;
    }

    static ActorSpec<ToReceiver> receiver(Stream stream) {
        return ActorSpec.of(
                "receiver-" + Long.toUnsignedString(stream.from(), 36) + "-" + stream.number(),
                () -> new Receiver(stream));
    }

    private static final class Receiver implements Behavior.Receive<ToReceiver> {
        private final Stream stream;
        private int backs;

        @SuppressWarnings("NullAway.Init") // the first message
        private ActorRef<ToSender> sender;

        Receiver(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void receive(ActorContext<ToReceiver> context, ToReceiver message) {
            if (message instanceof Begin begin) {
                sender = begin.sender();
                context.watch(begin.sender());
            } else if (message instanceof Numbered numbered) {
                got(numbered.n());
            } else if (message instanceof Question question) {
                got(question.n());
                question.replyTo().tell(question.n());
            } else if (message instanceof End end) {
                got(end.n());
                History.write("ends", stream, end.failing() ? "Failed" : "Stopped");
                if (end.failing()) {
                    throw new IllegalStateException("the end of a stream");
                }
                context.stop();
            } else {
                context.stop();
            }
        }

        private void got(int n) {
            History.write("got", stream, n);
            if (n % BACK == 0 && sender != null) {
                sender.tell(new Back(++backs));
            }
        }

        /* Stays for a while after its sender is lost: nothing may come of it. */
        @Override
        public void onSignal(ActorContext<ToReceiver> context, Signal signal) {
            if (signal instanceof Signal.Terminated) {
                History.write("left", stream);
                context.timers().once("left", new Left(), AFTERWARDS);
            }
        }
    }
}
