package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.io.AsyncFile;
import io.bastion.io.Lines;
import io.bastion.io.Proactor;
import io.bastion.supervision.Restart;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Follows a log that another actor writes: each line becomes a message as soon as it is there. A line that makes no sense costs
 * an incarnation and no other line.
 */
public final class LogFollower {
    private static final List<String> REQUESTS =
            List.of("/ 12", "/report 350", "/login 40", "/logi?!", "/report 800", "/ 9", "/logout 7");

    /** Appends what it is told to the log. */
    static final class Server implements Behavior.Flow<String> {
        private final Mono<AsyncFile> log;

        Server(Proactor io, Path log, ActorContext<String> context) {
            this.log = io.files(context).open(log, StandardOpenOption.APPEND);
        }

        @Override
        public Publisher<?> flow(ActorContext<String> context, Flux<String> inbox) {
            return log.flatMap(file -> file.write(
                    inbox.map(line -> ByteBufUtil.writeUtf8(PooledByteBufAllocator.DEFAULT, line + "\n")), 0));
        }
    }

    /** Finds slow requests; has no code for lines that are none. */
    static final class Watch implements Behavior.Receive<String> {
        @Override
        public void receive(ActorContext<String> context, String line) {
            int space = line.indexOf(' ');
            int millis = Integer.parseInt(line.substring(space + 1));
            if (millis > 100) {
                System.out.printf(
                        "incarnation %d: %s took %d ms%n", context.incarnation(), line.substring(0, space), millis);
            }
            if (line.startsWith("/logout")) {
                context.stop();
            }
        }
    }

    private LogFollower() {}

    public static void main(String[] args) throws IOException {
        Path log = Files.createTempFile("requests", ".log");
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("log")) {
            ActorRef<String> watch = system.spawn(ActorSpec.of("watch", Watch::new)
                    .restart(Restart.transientOnFailure().tries(3)));
            Flux<String> lines = io.usingMany(
                    log,
                    file -> Lines.of(file.follow(0, Duration.ofMillis(20)), StandardCharsets.UTF_8, Lines.MAX_LENGTH));
            watch.feed(lines).onErrorComplete().subscribe(); // ends with the actor, and closes the log

            ActorRef<String> server = system.spawn(ActorSpec.of("server", context -> new Server(io, log, context)));
            REQUESTS.forEach(server::tell);
            watch.whenTerminated().block();
            System.out.println("handled: " + watch.stats().handled() + ", failed: "
                    + watch.stats().failed());
        } finally {
            Files.delete(log);
        }
    }
}
