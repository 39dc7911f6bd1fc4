package io.bastion.observability.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSystem;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page on a port of its own. */
@Timeout(60)
class ObserverTest {
    private final ActorSystem system = ActorSystem.create("served");
    private final Observer observer = Objects.requireNonNull(Observer.start(
                    system, ObserverSettings.builder().port(0).basePath("/ops").build())
            .block(Await.BOUND));
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    @AfterEach
    void close() {
        system.close();
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        URI target = URI.create(observer.url()).resolve(path);
        return client.send(HttpRequest.newBuilder(target).build(), body);
    }

    @Test
    void page_isServedOnLoopback() throws Exception {
        assertThat(observer.address().getAddress().isLoopbackAddress()).isTrue();
        HttpResponse<String> page = get("/ops", HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Bastion observer</title>");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(get("/ops/api/info", HttpResponse.BodyHandlers.ofString()).body())
                .contains("\"system\":\"served\"");
        assertThat(get("/ops/nothing", HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);
    }

    private String tree() {
        try {
            return get("/ops/api/tree", HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void news_comeOneByOne() throws Exception {
        Await.until("the system is known", () -> tree().contains("\"name\":\"served\""));
        HttpResponse<InputStream> news = get("/ops/api/news", HttpResponse.BodyHandlers.ofInputStream());
        assertThat(news.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (InputStream body = news.body()) {
            for (int i = 0; i < 2; i++) {
                StringBuilder event = new StringBuilder();
                while (event.indexOf("\n\n") < 0) {
                    event.append((char) body.read());
                }
                assertThat(event.toString()).startsWith("id: ").contains("\"living\":1");
            }
        }
    }

    @Test
    void port_thatIsTaken_isAFailure() {
        ObserverSettings same =
                ObserverSettings.builder().port(observer.address().getPort()).build();
        assertThatThrownBy(() -> Observer.start(system, same).block(Await.BOUND))
                .hasMessageContaining("Failed to bind");
    }

    @Test
    void observer_endsWithItsSystem() {
        system.close();
        Await.until("nobody listens", () -> {
            // not with the client: a connection that it has made before that would stay
            try (Socket socket = new Socket()) {
                socket.connect(observer.address());
                return false;
            } catch (IOException refused) {
                return true;
            }
        });
    }
}
