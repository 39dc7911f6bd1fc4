package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rsocket.RSocketErrorException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.FrameLengthCodec;
import io.rsocket.internal.BaseDuplexConnection;
import io.rsocket.transport.netty.RSocketLengthCodec;
import java.net.SocketAddress;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * A TCP connection as RSocket sees it. Unlike RSocket's own it drops no errors: that something could not be written any more is told
 * by its end.
 */
final class LinkConnection extends BaseDuplexConnection {
    private final Connection connection;

    LinkConnection(Connection connection, int maxFrame, boolean dialled) {
        this.connection = connection;
        connection.addHandlerLast(new RSocketLengthCodec(maxFrame));
        connection.addHandlerLast(new FrameGuard(dialled));
        sender.subscribe(new LinkWriter(connection));
    }

    @Override
    public ByteBufAllocator alloc() {
        return connection.channel().alloc();
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.channel().remoteAddress();
    }

    @Override
    protected void doOnClose() {
        connection.dispose();
    }

    @Override
    public Mono<Void> onClose() {
        return Mono.whenDelayError(super.onClose(), connection.onTerminate()).onErrorComplete();
    }

    @Override
    public void sendErrorAndClose(RSocketErrorException error) {
        sender.tryEmitFinal(framed(ErrorFrameCodec.encode(alloc(), 0, error)));
    }

    @Override
    public Flux<ByteBuf> receive() {
        return connection.inbound().receive().map(FrameLengthCodec::frame);
    }

    @Override
    public void sendFrame(int streamId, ByteBuf frame) {
        super.sendFrame(streamId, framed(frame));
    }

    private ByteBuf framed(ByteBuf frame) {
        return FrameLengthCodec.encode(alloc(), frame.readableBytes(), frame);
    }
}
