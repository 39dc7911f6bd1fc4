package io.bastion.cluster.membership;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.scalecube.cluster.transport.api.Message;
import java.io.DataOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutput;
import org.jspecify.annotations.Nullable;

/**
 * Writes scalecube's messages.
 *
 * <p>They know how to write and read themselves to what looks like Java's serialization. Here they write to that form only: no
 * class has a name in it.
 */
final class EngineOutput extends DataOutputStream implements ObjectOutput {
    private EngineOutput(ByteBuf out) {
        super(new ByteBufOutputStream(out));
    }

    static void write(Message message, ByteBuf out) throws IOException {
        EngineOutput output = new EngineOutput(out);
        message.writeExternal(output);
        output.flush();
    }

    static void writeHeader(ByteBuf out, String name, String value) throws IOException {
        EngineOutput output = new EngineOutput(out);
        output.writeUTF(name);
        output.writeObject(value);
        output.flush();
    }

    @Override
    public void writeObject(@Nullable Object object) throws IOException {
        if (object == null) {
            writeByte(Kind.NULL.code());
            return;
        }
        writeByte(Kind.of(object).code());
        if (object instanceof String text) {
            writeUTF(text);
        } else if (object instanceof Enum<?> constant) {
            writeByte(Kind.code(constant));
        } else {
            ((Externalizable) object).writeExternal(this);
        }
    }
}
