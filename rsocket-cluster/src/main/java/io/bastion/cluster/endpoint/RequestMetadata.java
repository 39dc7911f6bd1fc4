package io.bastion.cluster.endpoint;

import io.netty.buffer.ByteBuf;
import io.rsocket.exceptions.InvalidException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.MimeTypeMetadataCodec;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownAuthType;
import io.rsocket.metadata.WellKnownMimeType;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * What the metadata of a request, or of a SETUP, say. What is not known is passed over.
 *
 * <p>The metadata are composite, or are one of the known kinds by themselves, by the MIME type that the SETUP gave.
 */
final class RequestMetadata {
    private @Nullable String route;
    private @Nullable String dataType;
    private List<String> acceptTypes = List.of();
    private @Nullable Credentials credentials;
    private final Tracing tracing = new Tracing();

    private RequestMetadata() {}

    /** @throws InvalidException if they cannot be read */
    static RequestMetadata of(ByteBuf metadata, String mimeType) {
        RequestMetadata read = new RequestMetadata();
        if (!metadata.isReadable()) {
            return read;
        }
        try {
            if (mimeType.equals(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())) {
                for (CompositeMetadata.Entry entry : new CompositeMetadata(metadata, false)) {
                    read.add(entry.getMimeType(), entry.getContent());
                }
            } else {
                read.add(mimeType, metadata);
            }
        } catch (InvalidException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidException("metadata: cannot be read (expected: " + mimeType + ")", e);
        }
        return read;
    }

    private void add(@Nullable String mimeType, ByteBuf content) {
        WellKnownMimeType known =
                mimeType == null ? WellKnownMimeType.UNPARSEABLE_MIME_TYPE : WellKnownMimeType.fromString(mimeType);
        switch (known) {
            case MESSAGE_RSOCKET_ROUTING -> {
                Iterator<String> tags = new RoutingMetadata(content).iterator();
                route = tags.hasNext() ? tags.next() : route;
            }
            case MESSAGE_RSOCKET_MIMETYPE -> {
                List<String> types = MimeTypeMetadataCodec.decode(content);
                dataType = types.isEmpty() ? dataType : types.get(0);
            }
            case MESSAGE_RSOCKET_ACCEPT_MIMETYPES -> acceptTypes = MimeTypeMetadataCodec.decode(content);
            case MESSAGE_RSOCKET_AUTHENTICATION -> credentials = credentials(content);
            case MESSAGE_RSOCKET_TRACING_ZIPKIN -> tracing.zipkin(content);
            default -> {
                if (mimeType != null) {
                    tracing.header(mimeType, content);
                }
            }
        }
    }

    private static Credentials credentials(ByteBuf content) {
        if (!AuthMetadataCodec.isWellKnownAuthType(content)) {
            throw unknownType();
        }
        WellKnownAuthType type = AuthMetadataCodec.readWellKnownAuthType(content);
        if (type == WellKnownAuthType.SIMPLE) {
            String user = AuthMetadataCodec.readUsername(content).toString(StandardCharsets.UTF_8);
            return new Credentials.UserPassword(
                    user, AuthMetadataCodec.readPassword(content).toString(StandardCharsets.UTF_8));
        }
        if (type == WellKnownAuthType.BEARER) {
            return new Credentials.Bearer(content.toString(StandardCharsets.UTF_8));
        }
        throw unknownType();
    }

    private static InvalidException unknownType() {
        return new InvalidException("authentication: of another type (expected: simple or bearer)");
    }

    @Nullable String route() {
        return route;
    }

    @Nullable String dataType() {
        return dataType;
    }

    /** In order of preference; none if it is not said. */
    List<String> acceptTypes() {
        return acceptTypes;
    }

    @Nullable Credentials credentials() {
        return credentials;
    }

    Context tracing() {
        return tracing.context();
    }
}
