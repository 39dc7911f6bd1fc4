package io.bastion.spring.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.cluster.endpoint.RSocketEndpoint;
import io.bastion.spring.Actor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.rsocket.context.RSocketPortInfoApplicationContextInitializer;
import org.springframework.boot.rsocket.context.RSocketServerBootstrap;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;

class RSocketServerTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    record Question(String text) {}

    record Answer(String text) {}

    record Ask(Question question, ActorRef<Answer> replyTo) {}

    @Actor("oracle")
    static final class Oracle implements Behavior.Receive<Ask> {
        @Override
        public void receive(ActorContext<Ask> context, Ask message) {
            message.replyTo().tell(new Answer(message.question().text() + ": yes"));
        }
    }

    @Controller
    static class Handlers {
        @MessageMapping("spring")
        Answer answer(Question question) {
            return new Answer(question.text() + ": no");
        }

        @MessageMapping("count")
        Flux<Integer> count(Flux<Integer> numbers) {
            return numbers.map(n -> n + 1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Oracle.class, Handlers.class})
    static class Application {
        // guide: endpoint
        @Bean
        RSocketEndpoint endpoint(ActorSystem system, ActorRef<Ask> oracle) {
            return RSocketEndpoint.builder(system)
                    .requestResponse(
                            "oracle",
                            Question.class,
                            Answer.class,
                            question -> oracle.ask(reply -> new Ask(question, reply), Duration.ofSeconds(5)))
                    .requestChannel("double", Integer.class, Integer.class, numbers -> numbers.map(n -> 2 * n))
                    .build();
        }
        // guide: end
    }

    @Test
    void server_ofSpringBoot_servesTheEndpointAndItsOwnHandlers() {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withInitializer(new RSocketPortInfoApplicationContextInitializer())
                .withPropertyValues("bastion.workers=2", "spring.rsocket.server.port=0")
                .run(context -> {
                    int port = Integer.parseInt(context.getEnvironment().getProperty("local.rsocket.server.port", "0"));
                    assertThat(context).hasSingleBean(RSocketServerBootstrap.class);
                    RSocketRequester client =
                            context.getBean(RSocketRequester.Builder.class).tcp("localhost", port);
                    try {
                        Question question = new Question("rain");
                        assertThat(client.route("oracle")
                                        .data(question)
                                        .retrieveMono(Answer.class)
                                        .block(BOUND))
                                .isEqualTo(new Answer("rain: yes"));
                        assertThat(client.route("spring")
                                        .data(question)
                                        .retrieveMono(Answer.class)
                                        .block(BOUND))
                                .isEqualTo(new Answer("rain: no"));
                        assertThat(client.route("double")
                                        .data(Flux.just(1, 2, 3))
                                        .retrieveFlux(Integer.class)
                                        .collectList()
                                        .block(BOUND))
                                .containsExactly(2, 4, 6);
                        assertThat(client.route("count")
                                        .data(Flux.just(1, 2, 3))
                                        .retrieveFlux(Integer.class)
                                        .collectList()
                                        .block(BOUND))
                                .containsExactly(2, 3, 4);
                    } finally {
                        client.dispose();
                    }
                });
    }
}
