package io.bastion.examples.twins;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Devices over HTTP. */
@RestController
@RequestMapping("/devices")
final class DeviceController {
    private static final int MAX_PAGE = 500;

    private final Twins twins;

    DeviceController(Twins twins) {
        this.twins = twins;
    }

    @GetMapping
    Mono<DevicePage> list(@RequestParam(defaultValue = "") String after, @RequestParam(defaultValue = "50") int limit) {
        return twins.list(after, Math.min(Math.max(limit, 1), MAX_PAGE));
    }

    @GetMapping("/{id}")
    Mono<Twin> read(@PathVariable DeviceId id) {
        return twins.read(id);
    }

    @PutMapping("/{id}/target")
    Mono<Twin> setTarget(@PathVariable DeviceId id, @RequestBody Target target) {
        return twins.setTarget(id, target);
    }

    /** What devices send themselves. */
    @PostMapping(path = "/{id}/readings", consumes = MediaType.TEXT_PLAIN_VALUE)
    Mono<Twin> report(@PathVariable DeviceId id, @RequestBody String payload) {
        return twins.report(id, payload);
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Twin> events(@PathVariable DeviceId id) {
        return twins.follow(id);
    }
}
