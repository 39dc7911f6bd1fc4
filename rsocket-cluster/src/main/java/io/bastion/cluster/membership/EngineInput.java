package io.bastion.cluster.membership;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.scalecube.cluster.transport.api.Message;
import java.io.DataInputStream;
import java.io.Externalizable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.UTFDataFormatException;
import org.jspecify.annotations.Nullable;

/** Reads what {@link EngineOutput} has written. The bytes may be anything: it creates objects of {@link Kind}s only, where the {@link Grammar} allows them. */
final class EngineInput extends FilterInputStream implements ObjectInput {
    private static final int MAX_HEADERS = 8;

    private final DataInputStream data;

    /** What is being read, and how much of it was. */
    private Kind parent = Kind.MESSAGE;

    private int index;
    private int texts = -1;
    private boolean gossiped;

    private EngineInput(InputStream in) {
        super(in);
        data = new DataInputStream(in);
    }

    /**
     * Reads a message.
     *
     * @throws IOException if that is none
     */
    static Message read(ByteBuf in) throws IOException {
        EngineInput input = new EngineInput(new ByteBufInputStream(in));
        Message message = new Message();
        try {
            message.readExternal(input);
        } catch (ClassNotFoundException | RuntimeException e) {
            throw new IOException("message: " + e + " (expected: one of scalecube's)", e);
        }
        if (in.isReadable()) {
            throw new IOException("message: followed by " + in.readableBytes() + " bytes (expected: by none)");
        }
        return message;
    }

    @Override
    public @Nullable Object readObject() throws ClassNotFoundException, IOException {
        Kind kind = Kind.of(data.readUnsignedByte());
        Grammar.check(parent, index++, gossiped, Math.max(0, texts), kind);
        if (kind == Kind.NULL) {
            return null;
        }
        if (kind == Kind.TEXT) {
            return data.readUTF();
        }
        if (kind == Kind.STATUS || kind == Kind.ACK) {
            return kind.constant(data.readUnsignedByte());
        }
        return readContent(kind);
    }

    private Object readContent(Kind kind) throws IOException, ClassNotFoundException {
        Kind outerParent = parent;
        int outerIndex = index;
        int outerTexts = texts;
        boolean outerGossiped = gossiped;
        parent = kind;
        index = 0;
        texts = -1;
        gossiped |= kind == Kind.GOSSIP;
        Externalizable object = kind.create();
        object.readExternal(this);
        parent = outerParent;
        index = outerIndex;
        texts = outerTexts;
        gossiped = outerGossiped;
        return object;
    }

    /** A number of elements, of which each takes a byte at least, or the generation of a record. */
    @Override
    public int readInt() throws IOException {
        int value = data.readInt();
        int limit =
                parent == Kind.RECORD ? Integer.MAX_VALUE / 2 : parent == Kind.MESSAGE ? MAX_HEADERS : in.available();
        if (value < 0 || value > limit) {
            throw new IOException("number in " + parent + ": " + value + " (expected: 0 to " + limit + ")");
        }
        if (parent == Kind.MESSAGE && texts < 0) {
            texts = value;
        }
        return value;
    }

    @Override
    public String readUTF() throws IOException {
        String text = data.readUTF();
        if (text.length() > 255) {
            throw new UTFDataFormatException("text of " + text.length() + " characters (expected: 255 at most)");
        }
        return text;
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
        data.readFully(bytes);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
        data.readFully(bytes, offset, length);
    }

    @Override
    public int skipBytes(int n) throws IOException {
        return data.skipBytes(n);
    }

    @Override
    public boolean readBoolean() throws IOException {
        return data.readBoolean();
    }

    @Override
    public byte readByte() throws IOException {
        return data.readByte();
    }

    @Override
    public int readUnsignedByte() throws IOException {
        return data.readUnsignedByte();
    }

    @Override
    public short readShort() throws IOException {
        return data.readShort();
    }

    @Override
    public int readUnsignedShort() throws IOException {
        return data.readUnsignedShort();
    }

    @Override
    public char readChar() throws IOException {
        return data.readChar();
    }

    @Override
    public long readLong() throws IOException {
        return data.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return data.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return data.readDouble();
    }

    @Override
    @Deprecated
    public String readLine() {
        throw new UnsupportedOperationException();
    }
}
