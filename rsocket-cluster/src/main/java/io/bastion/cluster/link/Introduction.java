package io.bastion.cluster.link;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;
import java.security.MessageDigest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How the dialler introduces itself, and how both ends prove the token, if there is one. For one connection, on its event loop.
 *
 * <p>The SETUP has the introduction, and a challenge. To its first question the dialler gets the other end's challenge, with the proof
 * that it knows the token; the second one is the dialler's own proof, and is answered by the verdict. Without a token there is only
 * that one. Each proof is of both challenges and of the introduction: what was recorded proves nothing a second time, or for another.
 */
final class Introduction {
    static final String MIME_TYPE = "application/x.bastion.challenge";

    private final LinkCredentials credentials;
    private final Hello hello;
    private final byte[] bytes;

    /** Of the dialler. */
    private final byte[] challenge;

    /** Of the other end, once it has been told. */
    private byte @Nullable [] answered;

    private Introduction(LinkCredentials credentials, Hello hello, byte[] bytes, byte[] challenge) {
        this.credentials = credentials;
        this.hello = hello;
        this.bytes = bytes;
        this.challenge = challenge;
    }

    Hello hello() {
        return hello;
    }

    private byte[] proof(boolean dialler, byte[] theirs) {
        return credentials.proof(dialler, challenge, theirs, bytes);
    }

    // ------------------------------------------------------------------------------------------- the dialler

    static Introduction of(Hello hello, LinkCredentials credentials) {
        ByteBuf bytes = Unpooled.buffer();
        HelloCodec.write(hello, bytes);
        return new Introduction(credentials, hello, ByteBufUtil.getBytes(bytes), credentials.challenge());
    }

    /** On the heap, where nobody has to release it: RSocket does not. */
    Payload setup() {
        return DefaultPayload.create(bytes, challenge);
    }

    /** Asks for the verdict. */
    Mono<Verdict> ask(RSocket socket) {
        Mono<byte[]> proof = credentials.hasToken()
                ? question(socket, new byte[0], ByteBufUtil::getBytes)
                        .flatMap(answer -> Mono.fromCallable(() -> proven(answer)))
                : Mono.fromSupplier(() -> new byte[0]);
        return proof.flatMap(bytes -> question(socket, bytes, HelloCodec::readVerdict));
    }

    private static <T> Mono<T> question(RSocket socket, byte[] question, Function<ByteBuf, T> reading) {
        return socket.requestResponse(ByteBufPayload.create(question)).map(payload -> {
            try {
                return reading.apply(payload.sliceData());
            } finally {
                payload.release();
            }
        });
    }

    /** The proof, for an end that has proved the token itself. */
    private byte[] proven(byte[] answer) throws LinkRejectedException {
        ByteBuf in = Unpooled.wrappedBuffer(answer);
        byte[] theirs = new byte[LinkCredentials.CHALLENGE];
        byte[] proof = new byte[LinkCredentials.PROOF];
        if (in.readableBytes() == theirs.length + proof.length) {
            in.readBytes(theirs).readBytes(proof);
            if (MessageDigest.isEqual(proof, proof(false, theirs))) {
                return proof(true, theirs);
            }
        }
        throw new LinkRejectedException(Code.UNAUTHENTICATED, "the other end does not know the token");
    }

    // ------------------------------------------------------------------------------------------- the other end

    /**
     * Reads a SETUP.
     *
     * @throws LinkRejectedException if it has no challenge and there should be one, or the other way round
     */
    static Introduction of(ConnectionSetupPayload setup, LinkCredentials credentials) throws LinkRejectedException {
        byte[] bytes = ByteBufUtil.getBytes(setup.sliceData());
        byte[] challenge = setup.hasMetadata() ? ByteBufUtil.getBytes(setup.sliceMetadata()) : new byte[0];
        Introduction read =
                new Introduction(credentials, HelloCodec.readHello(Unpooled.wrappedBuffer(bytes)), bytes, challenge);
        credentials.checkChallenge(challenge);
        return read;
    }

    /** Whether a question is the first of two, which {@link #prove} answers. */
    boolean isUnproven() {
        return credentials.hasToken() && answered == null;
    }

    /** The challenge, and the proof, for the dialler. */
    Payload prove() {
        byte[] mine = credentials.challenge();
        answered = mine;
        return ByteBufPayload.create(Unpooled.wrappedBuffer(mine, proof(false, mine)));
    }

    /** Whether the second question proves the token. */
    boolean isProof(ByteBuf question) {
        byte[] theirs = ByteBufUtil.getBytes(question);
        byte[] mine = answered;
        return mine == null ? theirs.length == 0 : MessageDigest.isEqual(theirs, proof(true, mine));
    }
}
