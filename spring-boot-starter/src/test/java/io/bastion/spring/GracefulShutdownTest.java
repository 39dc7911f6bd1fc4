package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.TerminationReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The end of an application whose requests are answered by actors. */
@Timeout(120) // with the start of the first application
class GracefulShutdownTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    record Question(ActorRef<String> replyTo) {}

    /** Where an actor waits with its answer. */
    static class Gate {
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch asked = new CountDownLatch(1);
        final Sinks.Empty<Void> open = Sinks.empty();
    }

    @Actor("slow")
    static class Slow implements Behavior.ReceiveAsync<Question> {
        private final Gate gate;

        Slow(Gate gate) {
            this.gate = gate;
        }

        @Override
        public Mono<Void> receive(ActorContext<Question> context, Question question) {
            gate.asked.countDown();
            return gate.open.asMono().doOnSuccess(opened -> question.replyTo().tell("at last"));
        }
    }

    @Actor("stuck")
    static class Stuck implements Behavior.ReceiveAsync<CountDownLatch> {
        @Override
        public Mono<Void> receive(ActorContext<CountDownLatch> context, CountDownLatch busy) {
            busy.countDown();
            return Mono.never();
        }
    }

    @RestController
    record Desk(ActorRef<Question> slow, ActorRef<CountDownLatch> stuck) {
        @GetMapping("/slow")
        Mono<String> ask() {
            return slow.ask(Question::new, BOUND);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Gate.class, Slow.class, Stuck.class, Desk.class})
    static class Application {}

    /** Nothing but the time of the shutdown, which is short, ends the stuck one before the test has failed. */
    private static ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.lifecycle.timeout-per-shutdown-phase=2m",
                        "spring.reactor.netty.shutdown-quiet-period=0s",
                        "bastion.workers=2",
                        "bastion.shutdown-timeout=1500ms",
                        "bastion.actors.stuck.stop-timeout=1m")
                .run();
    }

    @Test
    void request_inFlightWhenTheContextIsClosed_isAnswered_andThenActorsStopWithinTheirTime() throws Exception {
        try (ConfigurableApplicationContext context = start()) {
            ActorSystem system = context.getBean(ActorSystem.class);
            Desk desk = context.getBean(Desk.class);
            Gate gate = context.getBean(Gate.class);
            CompletableFuture<@Nullable TerminationReason> slow =
                    desk.slow().whenTerminated().toFuture();
            CompletableFuture<@Nullable TerminationReason> stuck =
                    desk.stuck().whenTerminated().toFuture();
            CompletableFuture<@Nullable Void> end = system.whenTerminated().toFuture();
            desk.stuck().tell(gate.stuck);
            await(gate.stuck);
            int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
            CompletableFuture<HttpResponse<String>> answer = get("http://127.0.0.1:" + port + "/slow");
            await(gate.asked);

            CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
            awaitThatNobodyListens(port);
            assertThat(closing).isNotDone();
            assertThat(answer).isNotDone();
            assertThat(slow).isNotDone();
            assertThat(stuck).isNotDone();

            gate.open.tryEmitEmpty().orThrow();
            assertThat(answer).succeedsWithin(BOUND).satisfies(response -> {
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("at last");
            });
            assertThat(closing).succeedsWithin(BOUND);
            assertThat(end).isCompleted();
            assertThat(slow).isCompletedWithValue(TerminationReason.STOPPED);
            assertThat(stuck).isCompletedWithValue(TerminationReason.KILLED);
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static CompletableFuture<HttpResponse<String>> get(String uri) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri)).timeout(BOUND).build();
        return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Bounded: fails after ten seconds. */
    private static void awaitThatNobodyListens(int port) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
            } catch (IOException refused) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw new AssertionError("not within " + BOUND + ": nobody listens at " + port);
    }
}
