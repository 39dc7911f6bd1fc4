package io.bastion.actor;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** See {@link Interceptors#logging}. */
final class LoggingInterceptor implements Interceptor {
    private final Logger logger;
    private final Level level;

    LoggingInterceptor(Logger logger, Level level) {
        this.logger = logger;
        this.level = level;
    }

    @Override
    public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
        TellResult result = next.tell(message);
        log("{} is sent {}: {}", target.path(), typeOf(message), result);
        return result;
    }

    @Override
    public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
        long start = System.nanoTime();
        String path = context.path();
        next.receive(message, failure -> {
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
            if (failure == null) {
                log("{} has handled {} in {} us", path, typeOf(message), micros);
            } else {
                log("{} has failed at {} after {} us: {}", path, typeOf(message), micros, typeOf(failure));
            }
        });
    }

    @Override
    public void signal(ActorContext<?> context, Signal signal, SignalChain next) throws Exception {
        log("{} gets the signal {}", context.path(), typeOf(signal));
        next.signal(signal);
    }

    private static String typeOf(Object object) {
        return object.getClass().getTypeName();
    }

    private void log(String message, Object... arguments) {
        Report.guard(() -> logger.atLevel(level).log(message, arguments));
    }
}
