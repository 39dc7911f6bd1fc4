package io.bastion.observability.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSystem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Who may see the page, and who may act. */
@Timeout(60)
class AccessTest {
    private static final FakeRequest PAGE = FakeRequest.get("/");

    private final ActorSystem system = ActorSystem.create("access");

    @AfterEach
    void close() {
        system.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:7080", "127.0.0.1:80", "[::1]:7080", "LOCALHOST"})
    void request_ofThisMachine_isServed(String host) {
        try (Page page = new Page(system)) {
            assertThat(page.status(PAGE.with("Host", host))).isEqualTo(200);
            assertThat(page.status(PAGE.with("Host", host).from("::1"))).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "10.0.0.1", ""})
    void host_thatWasMadeToLeadHere_isRefused(String host) {
        try (Page page = new Page(system)) {
            assertThat(page.status(PAGE.with("Host", host))).isEqualTo(403);
            assertThat(page.status(FakeRequest.get("/api/tree").with("Host", host)))
                    .isEqualTo(403);
        }
    }

    @Test
    void request_fromElsewhere_isRefusedWithoutAnAuthenticator() {
        try (Page page = new Page(system)) {
            assertThat(page.status(PAGE.from("10.1.2.3"))).isEqualTo(403);
            assertThat(page.status(PAGE.fromNowhere())).isEqualTo(403);
            assertThat(page.status(PAGE.with("X-Forwarded-For", "10.1.2.3"))).isEqualTo(403);
            assertThat(page.status(PAGE.with("Forwarded", "for=10.1.2.3"))).isEqualTo(403);
        }
    }

    @Test
    void authenticator_decidesAlone() {
        ObserverAuthenticator byHeader =
                request -> Mono.just(request.header("X-User").isPresent());
        FakeRequest elsewhere = PAGE.from("10.1.2.3").with("Host", "ops.example");
        try (Page page = new Page(system, ObserverSettings.builder().authenticator(byHeader))) {
            assertThat(page.status(elsewhere.with("X-User", "me"))).isEqualTo(200);
            assertThat(page.status(elsewhere)).isEqualTo(403);
            assertThat(page.status(PAGE)).isEqualTo(403);
            assertThat(page.status(FakeRequest.get("/api/news"))).isEqualTo(403);
        }
    }

    @Test
    void authenticator_thatFailsOrSaysNothing_letsNobodyIn() {
        try (Page failing = new Page(
                        system,
                        ObserverSettings.builder()
                                .authenticator(request -> Mono.error(new IllegalStateException("no directory"))));
                Page throwing = new Page(system, ObserverSettings.builder().authenticator(request -> {
                    throw new IllegalStateException("no directory");
                }));
                Page silent = new Page(system, ObserverSettings.builder().authenticator(request -> Mono.empty()))) {
            assertThat(failing.status(PAGE)).isEqualTo(403);
            assertThat(throwing.status(PAGE)).isEqualTo(403);
            assertThat(silent.status(PAGE)).isEqualTo(403);
        }
    }

    @Test
    void basic_asksForNameAndPassword() {
        ObserverSettings.Builder settings =
                ObserverSettings.builder().authenticator(ObserverAuthenticator.basic("ops", "pass:wörd"));
        try (Page page = new Page(system, settings)) {
            ObserverResponse refused = page.answer(PAGE);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Basic ");
            assertThat(page.status(PAGE.with("Authorization", basic("ops:pass:wörd"))))
                    .isEqualTo(200);
            assertThat(page.status(PAGE.with("Authorization", basic("ops:pass"))))
                    .isEqualTo(401);
        }
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void address_beyondLoopback_needsAnAuthenticator() {
        ObserverSettings open = ObserverSettings.builder().address("0.0.0.0").build();
        assertThatThrownBy(() -> Observer.start(system, open))
                .hasMessage("address: 0.0.0.0 (expected: loopback, or an authenticator)");
    }

    @Test
    void action_isRefused_unlessEnabled() {
        try (Page page = new Page(system)) {
            assertThat(page.status(FakeRequest.post("/api/act?do=kill&id=2"))).isEqualTo(403);
            assertThat(page.json("/api/info").get("token").asString()).isEmpty();
        }
    }

    @Test
    void action_ofAnotherPage_isRefused() {
        try (Page page = new Page(system, ObserverSettings.builder().actions(true))) {
            String token = page.json("/api/info").get("token").asString();
            FakeRequest act = FakeRequest.post("/api/act?do=stop&id=zzzz");
            FakeRequest own = act.with(Access.TOKEN_HEADER, token);
            assertThat(page.status(act)).isEqualTo(403);
            assertThat(page.status(act.with(Access.TOKEN_HEADER, "guessed"))).isEqualTo(403);
            assertThat(page.status(own.with("Origin", "http://evil.example"))).isEqualTo(403);
            assertThat(page.status(own.with("Origin", "null"))).isEqualTo(403);
            assertThat(page.status(own.with("Sec-Fetch-Site", "cross-site"))).isEqualTo(403);
            assertThat(page.status(FakeRequest.get("/api/act?do=stop&id=zzzz").with(Access.TOKEN_HEADER, token)))
                    .isEqualTo(405);
            assertThat(page.status(own)).as("no such actor").isEqualTo(404);
            assertThat(page.status(own.with("Origin", "http://localhost:7080").with("Sec-Fetch-Site", "same-origin")))
                    .isEqualTo(404);
        }
    }

    @Test
    void everyAnswer_forbidsForeignScripts() {
        try (Page page = new Page(system)) {
            for (FakeRequest request : new FakeRequest[] {
                PAGE, FakeRequest.get("/api/tree"), FakeRequest.get("/nothing"), PAGE.from("10.1.2.3")
            }) {
                assertThat(page.answer(request).headers().get("Content-Security-Policy"))
                        .contains("default-src 'none'")
                        .doesNotContain("unsafe");
            }
        }
    }
}
