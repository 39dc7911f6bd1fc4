package io.bastion.cluster.endpoint;

import io.rsocket.Payload;
import io.rsocket.exceptions.InvalidException;
import io.rsocket.util.DefaultPayload;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** The formats of an endpoint, by MIME type. */
final class DataFormats {
    private static final Logger LOGGER = LoggerFactory.getLogger(RSocketEndpoint.class);
    private static final String KNOWN = "application/json, application/cbor, text/plain or application/octet-stream";
    private static final DataFormat RAW = new RawFormat();

    private final Map<String, DataFormat> formats;

    DataFormats(JsonMapper json, CBORMapper cbor) {
        formats = Map.of(
                "application/json", new JacksonFormat(json),
                "application/cbor", new JacksonFormat(cbor),
                "text/plain", new TextFormat(),
                "application/octet-stream", RAW);
    }

    /** @throws InvalidException if there is none */
    Chosen of(String mimeType) {
        DataFormat format = formats.get(withoutParameters(mimeType));
        if (format == null) {
            throw new InvalidException("data: " + mimeType + " (expected: " + KNOWN + ")");
        }
        return new Chosen(format, mimeType);
    }

    /**
     * The first that the client accepts; that of its data if it does not say.
     *
     * @throws InvalidException if it accepts none
     */
    Chosen accepted(List<String> acceptTypes, Chosen ofData) {
        if (acceptTypes.isEmpty()) {
            return ofData;
        }
        for (String type : acceptTypes) {
            if (type.equals("*/*")) {
                return ofData;
            }
            if (formats.containsKey(withoutParameters(type))) {
                return of(type);
            }
        }
        throw new InvalidException("accept: " + acceptTypes + " (expected: " + KNOWN + ")");
    }

    private static String withoutParameters(String mimeType) {
        int end = mimeType.indexOf(';');
        return (end < 0 ? mimeType : mimeType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** A format, by the name that the client has for it. */
    record Chosen(DataFormat format, String mimeType) {
        /*
         * A constructor that allocates what a field says, or recursion over what is nested, fails with an Error that says nothing
         * about this JVM.
         */
        Object read(byte[] data, Class<?> type) {
            try {
                return (RawFormat.takes(type) ? RAW : format).read(data, type);
            } catch (Throwable e) {
                LOGGER.debug("data that is no {} as {}", type.getName(), mimeType, e);
                throw new InvalidException(
                        "data: cannot be read (expected: what the route takes, as " + mimeType + ")");
            }
        }

        /** On the heap, so that it need not be released. */
        Payload write(Object value, Class<?> type) {
            try {
                return DefaultPayload.create((RawFormat.takes(value.getClass()) ? RAW : format).write(value, type));
            } catch (Exception e) {
                throw Exceptions.propagate(e);
            }
        }
    }
}
