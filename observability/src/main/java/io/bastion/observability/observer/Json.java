package io.bastion.observability.observer;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** JSON as bytes. */
final class Json {
    /** The page has no use for more of any text, and a message of an exception may be of any length. */
    private static final int TEXT = 500;

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** An object whose properties are written by the caller. */
    static byte[] object(Consumer<JsonGenerator> properties) {
        return text(properties).getBytes(StandardCharsets.UTF_8);
    }

    /** The same as text, in one line. Through characters, since half a surrogate pair breaks a generator of bytes. */
    static String text(Consumer<JsonGenerator> properties) {
        StringWriter text = new StringWriter(1_024);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        return text.toString();
    }

    static String clip(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + "…";
    }

    /** What a failure says of itself in a line; nothing without one. */
    static String line(@Nullable Throwable cause) {
        if (cause == null) {
            return "";
        }
        String name = cause.getClass().getName();
        String message = message(cause);
        return name.substring(name.lastIndexOf('.') + 1) + (message.isEmpty() ? "" : ": " + message);
    }

    static String message(Throwable cause) {
        try {
            String message = cause.getMessage();
            return message == null ? "" : clip(message);
        } catch (RuntimeException e) { // of a foreign class
            return "";
        }
    }

    /** To one decimal, which JSON has no NaN and no infinity for. */
    static double decimal(double number) {
        return Double.isFinite(number) ? Math.round(number * 10) / 10.0 : 0;
    }
}
