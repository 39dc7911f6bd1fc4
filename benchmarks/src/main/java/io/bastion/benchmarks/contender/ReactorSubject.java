package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.HeapSurvey;
import io.bastion.benchmarks.work.Receiver;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.StreamLoads;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Reactor without actors. */
final class ReactorSubject implements Subject {
    private static final Object MESSAGE = new Object();

    private final Setup setup;
    private final Scheduler scheduler;
    private final ReactorActors actors;

    ReactorSubject(Setup setup) {
        this.setup = setup;
        scheduler = Schedulers.newParallel("reactor", setup.threads());
        actors = new ReactorActors(scheduler);
    }

    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case HEAP_UNNAMED -> new HeapSurvey(new Population(), setup);
            case BORDER -> StreamLoads.pulled(this::border);
            case BORDER_PUSHED -> StreamLoads.pushed(this::border);
            case ASK_EACH -> StreamLoads.pulled(numbers -> numbers.flatMap(number -> Mono.fromCallable(() -> number)));
            default -> ActorLoads.work(workload, actors, setup);
        };
    }

    private Flux<Integer> border(Flux<Integer> numbers) {
        return numbers.publishOn(scheduler).map(number -> number);
    }

    @Override
    public void close() {
        scheduler.dispose();
    }

    /** Sinks with the small queue. */
    private final class Population implements HeapSurvey.Population {
        private final LongAdder handled = new LongAdder();
        private final Receiver<ReactorActors.Actor> receiver = (self, message) -> {
            handled.increment();
            return true;
        };

        @Override
        public void populate(Object[] places) {
            Supplier<Receiver<ReactorActors.Actor>> spec = () -> receiver;
            ReactorActors.Actor parent = actors.spawn(spec);
            for (int i = 0; i < places.length; i++) {
                places[i] = actors.spawn(parent, spec);
            }
        }

        @Override
        public void tell(Object actor) {
            ((ReactorActors.Actor) actor).tell(MESSAGE);
        }

        @Override
        public long handled() {
            return handled.sum();
        }
    }
}
