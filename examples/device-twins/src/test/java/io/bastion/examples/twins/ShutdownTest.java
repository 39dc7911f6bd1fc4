package io.bastion.examples.twins;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ShutdownTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @Test
    void application_thatIsStopped_endsItsStreamsAndItsActorsBeforeTheTimeForItIsOver() {
        var application = (ReactiveWebServerApplicationContext) SpringApplication.run(
                TwinsApplication.class, "--server.port=0", "--bastion.workers=2", "--spring.main.banner-mode=off");
        try (application) {
            WebClient client = WebClient.create("http://localhost:"
                    + Objects.requireNonNull(application.getWebServer()).getPort());
            client.put()
                    .uri("/devices/hall/target")
                    .bodyValue(new Target(20))
                    .retrieve()
                    .toBodilessEntity()
                    .block(BOUND);
            Flux<Twin> events = client.get()
                    .uri("/devices/hall/events")
                    .accept(MediaType.TEXT_EVENT_STREAM)
                    .retrieve()
                    .bodyToFlux(Twin.class);
            ActorSystem system = application.getBean(ActorSystem.class);

            StepVerifier.create(events)
                    .expectNextCount(1)
                    .then(application::close) // would wait for 30 s, and the stream would break off
                    .expectComplete()
                    .verify(BOUND);
            assertThat(system.whenTerminated().thenReturn("terminated").block(BOUND))
                    .isEqualTo("terminated");
        }
    }
}
