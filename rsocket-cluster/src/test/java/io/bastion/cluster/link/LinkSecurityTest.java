package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.cluster.DevelopmentCertificates;
import io.bastion.cluster.DevelopmentCertificates.NodeFiles;
import io.bastion.cluster.link.LinkRejectedException.Code;
import io.bastion.cluster.security.LinkSecurity;
import io.bastion.cluster.security.LinkTls;
import io.bastion.cluster.security.LinkToken;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class LinkSecurityTest {
    private static final String HOST = "127.0.0.1";

    /** The first handshake by TLS loads much. */
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static final LinkToken TOKEN = LinkToken.of("0123456789abcdef");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Scheduler scheduler = Schedulers.newSingle("security-test", true);
    private final DevelopmentCertificates authority = DevelopmentCertificates.create();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<NodeLinks> nodes = new ArrayList<>();

    private LinkTls tls(DevelopmentCertificates by, String... hosts) throws IOException {
        NodeFiles files = by.node(directory.resolve("n" + numbers.incrementAndGet()), hosts);
        return LinkTls.ofPem(files.certificate(), files.key(), files.authority());
    }

    private NodeLinks node(LinkSecurity security) {
        NodeLinks links = new NodeLinks(
                new RSocketTransport(RSocketLinkTest.settings(BOUND, security)),
                LinkContract.patience(LinkContract.settings(nodes.size() + 1), BOUND),
                () -> true,
                scheduler);
        nodes.add(links);
        links.open().block(BOUND);
        return links;
    }

    private static Throwable failure(Mono<Link> dial) {
        return dial.map(link -> (Throwable) new AssertionError("a link: " + link))
                .onErrorResume(Mono::just)
                .blockOptional(BOUND)
                .orElseThrow();
    }

    private static void assertUnauthenticated(Mono<Link> dial) {
        assertThat(failure(dial))
                .isInstanceOfSatisfying(
                        LinkRejectedException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAUTHENTICATED));
    }

    private static void assertFails(Mono<Link> dial) {
        assertThat(failure(dial)).isInstanceOf(IOException.class).isNotInstanceOf(LinkRejectedException.class);
    }

    private static void assertLinks(NodeLinks from, NodeLinks to) {
        from.to(to.self()).block(BOUND);
        Await.until("the other end is up", () -> to.with(from.self()) != null);
    }

    @AfterEach
    void close() {
        nodes.forEach(links -> links.close("test is over").block(BOUND));
        scheduler.dispose();
    }

    @Test
    void nodes_withCertificatesOfTheSameAuthority_areLinked() throws IOException {
        NodeLinks a = node(LinkSecurity.mutual(tls(authority, HOST)).withToken(TOKEN));
        NodeLinks b =
                node(LinkSecurity.mutual(tls(authority, "b.example", HOST)).withToken(TOKEN));
        assertLinks(a, b);
    }

    @Test
    void nodes_withCertificatesOfAnotherAuthority_areNotLinked() throws IOException {
        NodeLinks a = node(LinkSecurity.mutual(tls(authority, HOST)));
        NodeLinks stranger = node(LinkSecurity.mutual(tls(DevelopmentCertificates.create(), HOST)));
        assertFails(a.to(stranger.self()));
        assertFails(stranger.to(a.self()));
    }

    @Test
    void node_thatTrustsTheAuthorityButHasNoCertificateOfIt_isNotLinked() throws IOException {
        NodeLinks a = node(LinkSecurity.mutual(tls(authority, HOST)));
        NodeFiles trusted = authority.node(directory.resolve("trusted"), HOST);
        NodeFiles own = DevelopmentCertificates.create().node(directory.resolve("own"), HOST);
        NodeLinks stranger =
                node(LinkSecurity.mutual(LinkTls.ofPem(own.certificate(), own.key(), trusted.authority())));
        assertFails(stranger.to(a.self()));
    }

    @Test
    void node_withTheCertificateOfAnotherHost_isNotLinked() throws IOException {
        NodeLinks a = node(LinkSecurity.mutual(tls(authority, HOST)));
        NodeLinks other = node(LinkSecurity.mutual(tls(authority, "other.example", "127.0.0.2")));
        assertUnauthenticated(other.to(a.self()));
        assertFails(a.to(other.self()));
    }

    @Test
    void plainNode_isNotLinkedWithOneOfTls() throws IOException {
        NodeLinks a = node(LinkSecurity.mutual(tls(authority, HOST)));
        NodeLinks plain = node(LinkSecurity.loopback());
        assertFails(plain.to(a.self()));
        assertFails(a.to(plain.self()));
        NodeLinks b = node(LinkSecurity.mutual(tls(authority, HOST)));
        assertLinks(b, a);
    }

    @Test
    void node_withoutTheToken_isNotLinked() {
        NodeLinks a = node(LinkSecurity.loopback().withToken(TOKEN));
        assertUnauthenticated(node(LinkSecurity.loopback()).to(a.self()));
        assertUnauthenticated(node(LinkSecurity.loopback().withToken(LinkToken.of("0123456789abcdeF")))
                .to(a.self()));
        assertLinks(node(LinkSecurity.loopback().withToken(TOKEN)), a);
    }

    @Test
    void node_withAToken_isNotLinkedWithOneThatKnowsNone() {
        NodeLinks a = node(LinkSecurity.loopback());
        assertUnauthenticated(node(LinkSecurity.loopback().withToken(TOKEN)).to(a.self()));
    }

    @Test
    void handshake_thatWasRecorded_provesNothingASecondTime() throws Exception {
        NodeLinks server = node(LinkSecurity.loopback().withToken(TOKEN));
        NodeLinks good = node(LinkSecurity.loopback().withToken(TOKEN));
        Heard atServer = LinkContract.hear(server);
        byte[] recorded;
        try (Recorder recorder = new Recorder(server.self().port())) {
            good.to("127.0.0.1:" + recorder.port()).block(BOUND);
            Await.until("the server is up", () -> atServer.events.contains("up"));
            good.close("recorded").block(BOUND);
            Await.until("the server is down", () -> atServer.events.contains("down"));
            recorded = recorder.sent();
        }
        assertThat(new String(recorded, StandardCharsets.ISO_8859_1)).doesNotContain("0123456789abcdef");

        try (Socket socket = new Socket(HOST, server.self().port())) {
            socket.setSoTimeout((int) BOUND.toMillis());
            socket.getOutputStream().write(recorded);
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).contains("the token is another one");
        } catch (SocketException e) {
            // the server has closed before all was read
        }
        assertThat(atServer.events).containsExactly("up", "down");
    }

    @Test
    void plainTcp_thatWouldLeaveTheMachine_isRefused() {
        assertThatThrownBy(() -> new RSocketTransport(RSocketSettings.of("0.0.0.0", 0, LinkSecurity.loopback())))
                .hasMessageContaining("host: 0.0.0.0");
        new RSocketTransport(
                        RSocketSettings.of("0.0.0.0", 0, LinkSecurity.loopback().allowPlain()))
                .close("unused")
                .block(BOUND);
        assertThat(failure(node(LinkSecurity.loopback()).to("192.0.2.1:7000"))).hasMessageContaining("not allowed");
    }

    @Test
    void token_isNotShown() {
        assertThat(LinkSecurity.loopback().withToken(TOKEN).toString()).doesNotContain("0123456789");
        assertThatThrownBy(() -> LinkToken.of("short")).hasMessageNotContaining("short");
    }
}
