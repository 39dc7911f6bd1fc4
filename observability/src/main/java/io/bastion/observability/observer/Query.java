package io.bastion.observability.observer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The parameters of a request. Whatever is wrong with one is treated as if it was not given. */
final class Query {
    private static final int RADIX = 36;

    private final Map<String, String> values = new HashMap<>();

    Query(String raw) {
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    values.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    // half an escape
                }
            }
        }
    }

    String text(String name) {
        return values.getOrDefault(name, "");
    }

    int number(String name, int otherwise, int max) {
        try {
            return Math.min(max, Math.max(0, Integer.parseInt(text(name))));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** An actor's number; negative if there is none. */
    long id(String name) {
        return id0(text(name));
    }

    /** Numbers of actors, with commas between them. */
    Set<Long> ids(String name) {
        Set<Long> ids = new HashSet<>();
        for (String id : text(name).split(",", -1)) {
            ids.add(id0(id));
        }
        return ids;
    }

    private static long id0(String text) {
        try {
            return Long.parseLong(text, RADIX);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static String id(long id) {
        return Long.toString(id, RADIX);
    }
}
