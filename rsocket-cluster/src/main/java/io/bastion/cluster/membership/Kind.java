package io.bastion.cluster.membership;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.EnumMap;
import java.util.Map;

/** The classes of which scalecube's messages consist: what it may receive, and nothing else. Their order is that of the codes on the wire. */
enum Kind {
    NULL(Object.class),
    TEXT(String.class),
    MEMBER(Member.class),
    MESSAGE(Message.class),
    STATUS("membership.MemberStatus"),
    RECORD("membership.MembershipRecord"),
    SYNC("membership.SyncData"),
    PING("fdetector.PingData"),
    ACK("fdetector.PingData$AckType"),
    GOSSIP("gossip.Gossip"),
    GOSSIP_REQUEST("gossip.GossipRequest"),
    METADATA_REQUEST("metadata.GetMetadataRequest"),
    METADATA_RESPONSE("metadata.GetMetadataResponse");

    private static final Kind[] BY_CODE = values();
    private static final Map<Kind, Constructor<?>> CONSTRUCTORS = new EnumMap<>(Kind.class);
    private static final ClassValue<Kind> BY_CLASS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            for (Kind kind : BY_CODE) {
                if (kind.type == type && kind != NULL) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("message: " + type + " (expected: one of scalecube's own)");
        }
    };

    static {
        for (Kind kind : BY_CODE) {
            if (Externalizable.class.isAssignableFrom(kind.type)) {
                try {
                    Constructor<?> constructor = kind.type.getDeclaredConstructor();
                    constructor.setAccessible(true);
                    CONSTRUCTORS.put(kind, constructor);
                } catch (NoSuchMethodException e) {
                    throw new LinkageError("scalecube-cluster is of another version", e);
                }
            }
        }
    }

    private final Class<?> type;

    Kind(Class<?> type) {
        this.type = type;
    }

    Kind(String name) {
        try {
            type = Class.forName("io.scalecube.cluster." + name, false, Member.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new LinkageError("scalecube-cluster is of another version", e);
        }
    }

    static Kind of(Object object) {
        return BY_CLASS.get(object instanceof Enum<?> e ? e.getDeclaringClass() : object.getClass());
    }

    static Kind of(int code) throws IOException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IOException("kind: " + code + " (expected: 0 to " + (BY_CODE.length - 1) + ")");
        }
        return BY_CODE[code];
    }

    int code() {
        return code(this);
    }

    /** What stands for a constant on the wire. */
    @SuppressWarnings("EnumOrdinal")
    static int code(Enum<?> constant) {
        return constant.ordinal();
    }

    /** One that is filled by its {@link Externalizable#readExternal}. */
    Externalizable create() throws IOException {
        Constructor<?> constructor = CONSTRUCTORS.get(this);
        if (constructor == null) {
            throw new IOException("no content: " + this);
        }
        try {
            return (Externalizable) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }

    Object constant(int code) throws IOException {
        Object[] constants = type.getEnumConstants();
        if (constants == null || code < 0 || code >= constants.length) {
            throw new IOException(this + ": " + code + " (expected: one of its constants)");
        }
        return constants[code];
    }
}
