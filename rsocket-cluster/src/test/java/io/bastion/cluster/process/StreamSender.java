package io.bastion.cluster.process;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.TellResult;
import io.bastion.cluster.process.Streams.Back;
import io.bastion.cluster.process.Streams.Begin;
import io.bastion.cluster.process.Streams.End;
import io.bastion.cluster.process.Streams.Next;
import io.bastion.cluster.process.Streams.Numbered;
import io.bastion.cluster.process.Streams.Over;
import io.bastion.cluster.process.Streams.Question;
import io.bastion.cluster.process.Streams.Stream;
import io.bastion.cluster.process.Streams.ToReceiver;
import io.bastion.cluster.process.Streams.ToSender;
import java.time.Duration;

/** Sends the numbers of a stream until its receiver has ended, and for a while after that: nothing may come of it. */
final class StreamSender implements Behavior.Receive<ToSender> {
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int QUESTION = 7;

    private final Stream stream;
    private final ActorRef<ToReceiver> receiver;
    private final Runnable next;
    private int last;
    private boolean isOver;

    /**
     * @param next begins another stream
     */
    StreamSender(ActorContext<ToSender> context, Stream stream, ActorRef<ToReceiver> receiver, Runnable next) {
        this.stream = stream;
        this.receiver = receiver;
        this.next = next;
        context.watch(receiver);
        History.write("watches", stream);
        receiver.tell(new Begin(context.self()));
        context.timers().every("next", new Next(), PERIOD);
    }

    @Override
    public void receive(ActorContext<ToSender> context, ToSender message) {
        if (message instanceof Back back) {
            History.write("back", stream, back.n());
        } else if (message instanceof Over) {
            context.stop();
        } else if (!isOver) {
            int left = Streams.batch();
            for (; left > 0 && last + 1 < Streams.LENGTH; left--) {
                send(++last);
            }
            if (left > 0) {
                end(++last);
            }
        }
    }

    /** Until it is heard of: the message may get lost. */
    private void end(int n) {
        TellResult result = receiver.tell(new End(n, stream.number() % 2 == 0));
        History.write("sent", stream, n, result);
    }

    private void send(int n) {
        if (n % QUESTION == 0) {
            History.write("asked", stream, n);
            receiver.<Integer>ask(replyTo -> new Question(n, replyTo), TIMEOUT)
                    .subscribe(
                            answer -> History.write("answered", stream, n, answer),
                            e -> History.write(
                                    "answered", stream, n, e.getClass().getSimpleName()));
        } else {
            TellResult result = receiver.tell(new Numbered(n, Streams.padding()));
            History.write("sent", stream, n, result);
        }
    }

    @Override
    public void onSignal(ActorContext<ToSender> context, Signal signal) {
        if (signal instanceof Signal.Terminated terminated) {
            History.write("terminated", stream, terminated.reason().getClass().getSimpleName());
            context.timers().cancelAll();
            History.write("after", stream, receiver.tell(new Numbered(Integer.MAX_VALUE, "")));
            context.timers().once("over", new Over(), Streams.AFTERWARDS);
            isOver = true;
            next.run();
        }
    }
}
