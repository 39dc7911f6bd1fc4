package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK over the stream of a file, one byte a chunk. */
@SuppressWarnings("NullAway.Init")
public class FileStreamVerification extends PublisherVerification<ByteBuf> {
    private static final int SIZE = 2_000;

    private Proactor io;
    private Path path;

    public FileStreamVerification() {
        super(new TestEnvironment(10_000, 100, 50), 1_000);
    }

    @BeforeClass
    public void open() throws IOException {
        // The TCK releases nothing: no use in a report of it.
        io = Proactor.builder()
                .allocator(new UnpooledByteBufAllocator(true, true))
                .build();
        path = Files.write(Files.createTempFile("verification", null), new byte[SIZE]);
    }

    @AfterClass
    public void close() throws IOException {
        io.close();
        Files.delete(path);
    }

    @Override
    public long maxElementsFromPublisher() {
        return SIZE;
    }

    @Override
    public Publisher<ByteBuf> createPublisher(long elements) {
        return stream(openFile(), elements);
    }

    private AsyncFile openFile() {
        return Objects.requireNonNull(io.open(path).block());
    }

    /** So many chunks of one byte. */
    protected Flux<ByteBuf> stream(AsyncFile file, long elements) {
        return file.stream(ReadSpec.all().length(elements).chunkSize(1));
    }

    /** None: it reads nothing before the first request, and so does not fail before. */
    @Override
    public @Nullable Publisher<ByteBuf> createFailedPublisher() {
        return null;
    }
}
