package io.bastion.bridge;

import java.util.List;
import java.util.Map;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound where workers may wait: idle, or for their own log and pinning. What blocks in a handler, an interceptor or an
 * operator on a worker is found, and fails the incarnation with a {@code BlockingOperationError}. BlockHound finds this by
 * itself; it is not for use by programs.
 */
public final class BastionBlockHoundIntegration implements BlockHoundIntegration {
    /** By class, methods that call no code of users. */
    private static final Map<String, List<String>> WAITING = Map.of(
            "io.bastion.scheduler.WorkerThread", List.of("sleep", "pause"),
            "io.bastion.scheduler.Task", List.of("awaitInterrupt"),
            "io.bastion.scheduler.CpuPinning", List.of("run"),
            "io.bastion.testkit.SteppedThread", List.of("next"));

    /** By class, methods that write the log; appenders may block. */
    private static final Map<String, List<String>> LOGGING = Map.of(
            "io.bastion.actor.Report", List.of("warn", "failure", "late", "lint"),
            "io.bastion.actor.DeadLetters", List.of("log"),
            "io.bastion.actor.LoggingInterceptor", List.of("log"),
            "io.bastion.scheduler.Errors", List.of("report"));

    /** For the service loader. */
    public BastionBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        allow(builder, WAITING);
        allow(builder, LOGGING);
    }

    private static void allow(BlockHound.Builder builder, Map<String, List<String>> methods) {
        methods.forEach((type, names) -> names.forEach(name -> builder.allowBlockingCallsInside(type, name)));
    }
}
