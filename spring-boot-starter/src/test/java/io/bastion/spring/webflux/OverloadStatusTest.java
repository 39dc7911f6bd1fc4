package io.bastion.spring.webflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** An application that wants to be heard as too many requests. */
@SpringBootTest(
        classes = ShopApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "bastion.workers=2",
            "bastion.webflux.errors.overload-status=429",
            "bastion.webflux.errors.retry-after=2500ms"
        })
class OverloadStatusTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @LocalServerPort
    int port;

    @Test
    void overload_hasTheStatusAndTheWaitOfTheSettings_andNothingElseHas(@Autowired ActorRef<Runnable> busy)
            throws InterruptedException {
        CountDownLatch inWork = new CountDownLatch(1);
        busy.tell(inWork::countDown);
        assertThat(inWork.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        busy.tell(() -> {}); // the mailbox is full
        expect(429, "There is too much to do.");
        busy.kill();
        busy.whenTerminated().block(BOUND);
        expect(503, "Nobody is there to do it.");
    }

    private void expect(int status, String detail) {
        WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(BOUND)
                .build()
                .get()
                .uri("/busy/50")
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .valueEquals("Retry-After", "2")
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(status)
                .jsonPath("$.detail")
                .isEqualTo(detail);
    }

    @Test
    void statusOrWaitThatMakesNoSense_isRefused() {
        assertThatThrownBy(() -> new ActorErrorProperties(true, 500, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("overloadStatus: 500 (expected: 503 or 429)");
        assertThatThrownBy(() -> new ActorErrorProperties(true, 429, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retryAfter: PT-1S (expected: >= 0)");
    }
}
