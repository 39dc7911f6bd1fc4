package io.bastion.cluster.remote;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What of a Reactor context travels: pairs of key and value. */
final class ContextEntries {
    private static final int MAX_ENTRIES = 64;

    private ContextEntries() {}

    /** The entries of those keys; null if there are none. */
    static @Nullable Context of(ContextView context, List<String> keys) {
        if (context.isEmpty()) {
            return null;
        }
        Context entries = Context.empty();
        for (String key : keys) {
            if (context.getOrDefault(key, null) instanceof String value) {
                entries = entries.put(key, value);
            }
        }
        return entries.isEmpty() ? null : entries;
    }

    static void write(Context entries, ByteBuf out) {
        Wire.writeNumber(out, entries.size());
        entries.forEach((key, value) -> {
            Wire.writeString(out, (String) key);
            Wire.writeString(out, (String) value);
        });
    }

    /** Reads what is there; takes those of the keys. */
    static Context read(ByteBuf in, List<String> keys) {
        long size = Wire.readNumber(in);
        if (size < 0 || size > MAX_ENTRIES) {
            throw new Wire.MalformedException("context: " + size + " entries (expected: <= " + MAX_ENTRIES + ")");
        }
        Context entries = Context.empty();
        for (long i = 0; i < size; i++) {
            String key = Wire.readString(in);
            String value = Wire.readString(in);
            if (keys.contains(key)) {
                entries = entries.put(key, value);
            }
        }
        return entries;
    }
}
