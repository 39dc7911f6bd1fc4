package io.bastion.spring.observability;

import io.bastion.actor.ActorSystem;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.test.StepVerifier;

@SpringBootTest(
        classes = ObserverMountTest.Application.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "bastion.workers=2",
            "bastion.name=shop",
            "bastion.observer.enabled=true",
            "bastion.observer.path=/ops/actors",
            "bastion.observer.user=ann",
            "bastion.observer.password=secret"
        })
class ObserverMountTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @LocalServerPort
    int port;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void page_onTheServerOfTheApplication_isServedToWhoKnowsThePassword(@Autowired ActorSystem system) {
        WebTestClient client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(BOUND)
                .build();
        client.get().uri("/ops/actors/").exchange().expectStatus().isUnauthorized();
        client.get()
                .uri("/ops/actors/")
                .headers(headers -> headers.setBasicAuth("ann", "secret"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_HTML);
        client.get()
                .uri("/ops/actors/api/info")
                .headers(headers -> headers.setBasicAuth("ann", "secret"))
                .exchange()
                .expectBody()
                .jsonPath("$.system")
                .isEqualTo(system.name());
        StepVerifier.create(WebClient.create("http://localhost:" + port)
                        .get()
                        .uri("/ops/actors/api/news")
                        .headers(headers -> headers.setBasicAuth("ann", "secret"))
                        .retrieve()
                        .bodyToFlux(String.class)
                        .take(1))
                .expectNextCount(1)
                .expectComplete()
                .verify(BOUND);
    }
}
