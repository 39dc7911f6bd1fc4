package io.bastion.examples.twins.load;

import io.bastion.examples.twins.Target;
import io.bastion.examples.twins.Twin;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Simulates devices that report as fast as they get answers, and prints each second what came of it. Each approaches the target that
 * it is answered; some have bad firmware.
 */
public final class LoadGenerator {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AFTER_ERROR = Duration.ofMillis(100);
    private static final double START = 15;

    private final LoadSettings settings;
    private final WebClient client;

    /** The one that is on; replaced by the printer only. */
    private volatile Second second = new Second();

    private LoadGenerator(LoadSettings settings) {
        this.settings = settings;
        client = WebClient.create(settings.url());
    }

    public static void main(String[] args) {
        lines(LoadSettings.parse(args)).doOnNext(System.out::println).blockLast();
    }

    /** Brings on the load, and gives a line each second. */
    public static Flux<String> lines(LoadSettings settings) {
        return new LoadGenerator(settings).run();
    }

    private Flux<String> run() {
        Flux<String> lines = Flux.interval(Duration.ofSeconds(1))
                .onBackpressureDrop()
                .map(tick -> next().line((int) (tick + 1)))
                .take(settings.time().toSeconds());
        Mono<Void> load = Flux.range(1, settings.devices())
                .flatMap(this::device, settings.devices())
                .then();
        return lines.takeUntilOther(load);
    }

    private Second next() {
        Second over = second;
        second = new Second();
        return over;
    }

    /** One device: reports until it is cancelled. */
    private Mono<Void> device(int number) {
        String id = (isBad(number) ? "bad-" : "device-") + number;
        State state = new State(isBad(number));
        Mono<Twin> exchange = Mono.defer(() -> {
            long start = System.nanoTime();
            return (state.known ? report(id, state.payload()) : setTarget(id, state.firstTarget))
                    .timeout(TIMEOUT)
                    .doOnNext(twin -> {
                        second.answered(System.nanoTime() - start);
                        state.answered(twin);
                    })
                    .onErrorResume(error -> {
                        second.failed(kind(error));
                        state.known = false;
                        return Mono.<Twin>empty().delaySubscription(AFTER_ERROR);
                    });
        });
        Mono<Twin> paced = settings.pause().isZero() ? exchange : exchange.delaySubscription(settings.pause());
        return paced.repeat().then();
    }

    private boolean isBad(int number) {
        return number <= settings.bad();
    }

    private Mono<Twin> report(String id, String payload) {
        return client.post()
                .uri("/devices/{id}/readings", id)
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue(payload)
                .retrieve()
                .bodyToMono(Twin.class);
    }

    private Mono<Twin> setTarget(String id, double celsius) {
        return client.put()
                .uri("/devices/{id}/target", id)
                .bodyValue(new Target(celsius))
                .retrieve()
                .bodyToMono(Twin.class);
    }

    private static String kind(Throwable error) {
        if (error instanceof WebClientResponseException response) {
            return String.valueOf(response.getStatusCode().value());
        }
        if (error instanceof WebClientRequestException) {
            return "no connection";
        }
        return error instanceof TimeoutException ? "no answer" : error.toString();
    }

    /** What a device knows of itself. Used by one exchange after another. */
    private final class State {
        private final boolean bad;
        private final double firstTarget = ThreadLocalRandom.current().nextInt(18, 24);

        /** Whether the application knows the device; if not it begins with a target. */
        private boolean known;

        private double celsius = START;
        private int sent;

        State(boolean bad) {
            this.bad = bad;
        }

        String payload() {
            sent++;
            return bad && sent % settings.badEvery() == 0 ? "T=\u0000\u0017" : "T=" + celsius;
        }

        void answered(Twin twin) {
            known = true;
            celsius += (twin.target() - celsius) / 10;
        }
    }
}
