package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JsonGenerator;

/**
 * The page without a server: answers requests, of whatever server they come to. Thread-safe; it blocks no thread of the server.
 *
 * <p>From its creation until it is disposed it follows the events of the tree on a thread of its own, so that it can show what has
 * failed before somebody looked. That costs memory for every actor, and work when actors start, fail and stop, but none for
 * messages. Counters are read while somebody looks.
 */
public final class ObserverHandler implements Disposable {
    private static final Logger LOG = LoggerFactory.getLogger(ObserverHandler.class);

    /** How often somebody who looks hears news. */
    private static final Duration TICK = Duration.ofSeconds(1);

    /** How often the order of the actors that were there before is asked for while some do not answer. */
    private static final int ORDERINGS = 30;

    /** How many may look at a time. */
    private static final int STREAMS = 64;

    private final ActorSystem system;
    private final ObserverSettings settings;
    private final Access access;
    private final Actions actions;

    /** All that follows is used on this thread only. */
    private final Scheduler thread = Schedulers.newSingle("bastion-observer", true);

    private final EventLog log = new EventLog();
    private final TreeModel model = new TreeModel(log);
    private final DeadLetterLog letters = new DeadLetterLog();
    private final TreeLines lines = new TreeLines(model);
    private final Overview overview;
    private final ActorPage actorPage;

    /** Tells a browser whether it still sees the same life of the program. */
    private final long since = System.currentTimeMillis();

    private final AtomicInteger streams = new AtomicInteger();
    private final Disposable.Composite subscriptions = Disposables.composite();

    private ObserverHandler(ActorSystem system, ObserverSettings settings) {
        this.system = system;
        this.settings = settings;
        access = new Access(settings);
        actions = new Actions(system);
        overview = new Overview(system, model, log, letters);
        actorPage = new ActorPage(system, model, log, thread);
    }

    /** Begins to follow a system. The settings' address and port are not used: they are those of the server it is mounted in. */
    public static ObserverHandler of(ActorSystem system, ObserverSettings settings) {
        Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
        Objects.requireNonNull(settings, "settings: null (expected: ObserverSettings)");
        ObserverHandler handler = new ObserverHandler(system, settings);
        handler.follow();
        return handler;
    }

    private void follow() {
        subscriptions.add(system.events()
                .publishOn(thread)
                .subscribe(model::apply, e -> LOG.warn("events of {} ended", system.name(), e), model::end));
        subscriptions.add(system.tree()
                .publishOn(thread)
                .filter(model::order)
                .repeatWhenEmpty(ORDERINGS, times -> times.delayElements(TICK, thread))
                .subscribe(ordered -> {}, e -> LOG.debug("some actors of {} are always busy", system.name(), e)));
        subscriptions.add(system.deadLetters().subscribe(letters::record, e -> {}));
        settings.cluster().ifPresent(subscriptions::add);
    }

    /**
     * Answers a request to {@link ObserverSettings#basePath()} or to anything below it.
     *
     * @return the answer, also to requests that are refused or not understood: never empty, and without a failure
     */
    public Mono<ObserverResponse> handle(ObserverRequest request) {
        return Mono.defer(() -> access.refusal(request).switchIfEmpty(Mono.defer(() -> answer(request))))
                .onErrorResume(e -> {
                    if (!(e instanceof RejectedExecutionException)) { // that is, not disposed
                        LOG.warn("request {} failed", request.path(), e);
                    }
                    return Mono.just(Responses.text(500, "failed"));
                });
    }

    private Mono<ObserverResponse> answer(ObserverRequest request) {
        String base = settings.basePath();
        if (!request.path().startsWith(base)) {
            return Mono.just(Responses.notFound());
        }
        String path = request.path().substring(base.length());
        Query query = new Query(request.query());
        if (path.equals("/api/act")) {
            return access.refusalToAct(request)
                    .map(Mono::just)
                    .orElseGet(() -> later(() -> Optional.ofNullable(model.entry(query.id("id"))))
                            .flatMap(target -> actions.act(query.text("do"), target)));
        }
        if (!request.method().equals("GET")) {
            return Mono.just(Responses.notAllowed("GET"));
        }
        return switch (path) {
            case "" -> Mono.just(Responses.moved(base + "/"));
            case "/api/info" -> json(this::writeInfo);
            case "/api/tree" -> json(json -> lines.write(query, json));
            case "/api/actor" -> actor(query);
            case "/api/groups" -> json(json -> overview.writeGroups(query, json));
            case "/api/dead-letters" -> json(letters::write);
            case "/api/cluster" -> json(this::writeCluster);
            case "/api/news" -> Mono.just(news(request));
            default -> Mono.just(Assets.at(path).orElseGet(Responses::notFound));
        };
    }

    private <T> Mono<T> later(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(thread);
    }

    private Mono<ObserverResponse> json(Consumer<JsonGenerator> properties) {
        return later(() -> Responses.json(Json.object(properties)));
    }

    private void writeInfo(JsonGenerator json) {
        json.writeStringProperty("system", system.name());
        json.writeBooleanProperty("actions", settings.actions());
        json.writeStringProperty("token", settings.actions() ? access.token() : "");
        json.writeBooleanProperty("cluster", settings.cluster().isPresent());
        json.writeNumberProperty("since", since);
    }

    private void writeCluster(JsonGenerator json) {
        json.writeBooleanProperty("present", settings.cluster().isPresent());
        settings.cluster().ifPresent(cluster -> cluster.write(json));
    }

    private Mono<ObserverResponse> actor(Query query) {
        return later(() -> actorPage.of(query.id("id")))
                .flatMap(page -> page)
                .map(Responses::json)
                .defaultIfEmpty(Responses.notFound());
    }

    // ------------------------------------------------------------------------------------------- news

    /**
     * A stream that tells once a second what is new. It is made up when it can be sent, from what happened since the last
     * time: for a slow client nothing is kept.
     */
    private ObserverResponse news(ObserverRequest request) {
        if (streams.incrementAndGet() > STREAMS) {
            streams.decrementAndGet();
            return Responses.text(503, "streams: more than " + STREAMS + " (expected: fewer who look at a time)");
        }
        long[] last = {
            request.header("Last-Event-ID").map(ObserverHandler::number).orElse(-1L)
        };
        return Responses.stream(Flux.interval(Duration.ZERO, TICK, thread)
                .onBackpressureLatest()
                .concatMap(tick -> later(() -> event(last)), 1)
                .doFinally(end -> streams.decrementAndGet()));
    }

    private byte[] event(long[] last) {
        if (last[0] > log.last()) {
            last[0] = -1; // the number is of another life of the program
        }
        String data = Json.text(json -> overview.writeNews(last[0], json));
        last[0] = log.last();
        return ("id: " + last[0] + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Ends it, and with it the streams of those who look. */
    @Override
    public void dispose() {
        subscriptions.dispose();
        thread.dispose();
    }

    @Override
    public boolean isDisposed() {
        return subscriptions.isDisposed();
    }
}
