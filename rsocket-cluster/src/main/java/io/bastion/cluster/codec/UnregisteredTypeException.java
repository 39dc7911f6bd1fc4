package io.bastion.cluster.codec;

/** A message is of a type that is not among the {@link MessageTypes} of this node: nothing was written or read of it. */
public final class UnregisteredTypeException extends CodecException {
    private static final long serialVersionUID = 1;

    private UnregisteredTypeException(String message) {
        super(message, null);
    }

    static UnregisteredTypeException of(Class<?> type) {
        return new UnregisteredTypeException("type: " + type.getName()
                + " (expected: a registered one; call MessageTypes.builder().register(" + type.getSimpleName()
                + ".class) on all nodes, its superclass or interface is not enough)");
    }

    static UnregisteredTypeException of(int id) {
        return new UnregisteredTypeException(
                "type id: 0x" + Integer.toHexString(id)
                        + " (expected: that of a registered type; the sender's MessageTypes have one, by name and codec, that those of this node have not)");
    }
}
