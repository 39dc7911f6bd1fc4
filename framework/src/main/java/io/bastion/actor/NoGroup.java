package io.bastion.actor;

/** The recipient of messages to a group that is not there. */
record NoGroup(ActorSystem system, String name) implements OneShotRef<Object> {
    @Override
    public TellResult tell(Object message) {
        system.undelivered(message, this, DeadLetter.Reason.TERMINATED);
        return TellResult.TERMINATED;
    }

    @Override
    public String path() {
        return system + "?group=" + name;
    }

    @Override
    public String toString() {
        return path();
    }
}
