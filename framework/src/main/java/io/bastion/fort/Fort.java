package io.bastion.fort;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes code that exists already hard to break: each run of it is an incarnation of a supervised actor, restarted by a policy
 * when it fails. See {@link FortSpec} for settings and for what is promised; the methods here do with its defaults.
 */
public final class Fort {
    private Fort() {}

    /** A program's {@code main}. */
    @FunctionalInterface
    public interface Main {
        /**
         * Runs the program.
         *
         * @throws Exception a failure of this run
         */
        void main(String[] args) throws Exception;
    }

    /** A piece of code without a result. */
    @FunctionalInterface
    public interface Code {
        /**
         * Runs it.
         *
         * @throws Exception a failure of this run
         */
        void run() throws Exception;
    }

    /**
     * Settings under a name.
     *
     * @param name of the supervisor in the tree: 1 to 255 letters, digits and {@code - _ . ~}
     */
    public static FortSpec named(String name) {
        return FortSpec.named(name);
    }

    /** See {@link FortSpec#run(Fort.Main, String...)}. */
    public static void run(Main program, String... args) {
        named("main").run(program, args);
    }

    /** See {@link FortSpec#run(Fort.Code)}. */
    public static void run(Code program) {
        named("main").run(program);
    }

    /** See {@link FortSpec#run(Callable)}. */
    public static <T> T run(Callable<T> program) {
        return named("main").run(program);
    }

    /** See {@link FortSpec#guard(Fort.Code)}. */
    public static Mono<Void> guard(Code code) {
        return named("guard").guard(code);
    }

    /** See {@link FortSpec#guard(Callable)}. */
    public static <T> Mono<T> guard(Callable<T> code) {
        return named("guard").guard(code);
    }

    /** See {@link FortSpec#guardFlux(Supplier)}. */
    public static <T> Flux<T> guardFlux(Supplier<? extends Publisher<T>> source) {
        return named("guard").guardFlux(source);
    }
}
