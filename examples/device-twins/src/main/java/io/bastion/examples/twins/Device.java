package io.bastion.examples.twins;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.examples.twins.DeviceMessage.Begin;
import io.bastion.examples.twins.DeviceMessage.Follow;
import io.bastion.examples.twins.DeviceMessage.Idle;
import io.bastion.examples.twins.DeviceMessage.Question;
import io.bastion.examples.twins.DeviceMessage.Report;
import io.bastion.examples.twins.DeviceMessage.SetTarget;
import io.bastion.examples.twins.DevicesMessage.Release;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The twin of one device. Its state are fields: there is one message in work at a time, and the next waits until what the one before
 * has begun at the store is done.
 *
 * <p>A reading that it does not understand fails it, and its parent replaces it: the new incarnation reads the target from the
 * store, and has no temperature until the device reports one.
 */
final class Device implements Behavior.ReceiveAsync<DeviceMessage> {
    private final DeviceId id;
    private final Targets targets;
    private final Followers followers;
    private final ActorRef<DevicesMessage> parent;

    private boolean loaded;
    private @Nullable Target target;
    private @Nullable Double temperature;
    private long readings;

    Device(
            ActorContext<DeviceMessage> context,
            DeviceId id,
            Targets targets,
            Followers followers,
            ActorRef<DevicesMessage> parent,
            Duration idleAfter) {
        this.id = id;
        this.targets = targets;
        this.followers = followers;
        this.parent = parent;
        context.receiveTimeout(idleAfter, new Idle());
        context.self().tell(new Begin());
    }

    @Override
    public Publisher<?> receive(ActorContext<DeviceMessage> context, DeviceMessage message) {
        if (loaded) {
            return handle(context, message);
        }
        return targets.find(id)
                .publishOn(context.scheduler()) // whatever thread the store answers on
                .doOnNext(stored -> target = stored)
                .then(Mono.defer(() -> {
                    loaded = true;
                    return handle(context, message);
                }));
    }

    private Mono<Void> handle(ActorContext<DeviceMessage> context, DeviceMessage message) {
        if (message instanceof SetTarget set) {
            return targets.save(id, set.target()).publishOn(context.scheduler()).then(Mono.fromRunnable(() -> {
                target = set.target();
                changed(context);
                reply(context, set);
            }));
        }
        if (target == null) {
            unknown(message);
        } else if (message instanceof Report report) {
            temperature = Reading.parse(report.payload()).celsius();
            readings++;
            changed(context);
            reply(context, report);
        } else if (message instanceof Question question) {
            reply(context, question);
        } else if (message instanceof Follow follow) {
            followers.add(follow.follower());
            context.watch(follow.follower());
            twin(context).ifPresent(follow.follower()::tell);
        } else if (message instanceof Begin) {
            changed(context);
        } else if (message instanceof Idle && followers.isEmpty()) {
            parent.tell(new Release(id));
        }
        return Mono.empty();
    }

    private void changed(ActorContext<DeviceMessage> context) {
        twin(context).ifPresent(followers::tell);
    }

    private void reply(ActorContext<DeviceMessage> context, Question question) {
        question.replyTo().tell(twin(context));
    }

    private Optional<Twin> twin(ActorContext<DeviceMessage> context) {
        return Optional.ofNullable(target)
                .map(set -> new Twin(id, set.celsius(), temperature, readings, context.incarnation()));
    }

    private void unknown(DeviceMessage message) {
        if (message instanceof Question question) {
            question.replyTo().tell(Optional.empty());
            parent.tell(new Release(id));
        } else if (message instanceof Idle) {
            parent.tell(new Release(id));
        }
    }

    @Override
    public void onSignal(ActorContext<DeviceMessage> context, Signal signal) {
        if (signal instanceof Signal.Terminated left) {
            followers.remove(left.actor());
        }
    }
}
