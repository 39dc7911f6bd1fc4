package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;

/** Spring's buffers. */
class DataBuffersTest {
    @TempDir
    Path directory;

    @BackendTest
    void dataBuffers_areReadAndWritten_ofEitherFactory(Backend backend) throws IOException {
        Path path = directory.resolve("a");
        AsyncFile file = Objects.requireNonNull(
                proactor(backend).open(path, CREATE, READ, WRITE).block());
        for (DataBufferFactory factory :
                List.of(new NettyDataBufferFactory(Leftovers.ALLOCATOR), new DefaultDataBufferFactory())) {
            Flux<DataBuffer> words = Flux.just("one,", "two,", "three")
                    .map(word -> factory.allocateBuffer(8).write(word, StandardCharsets.UTF_8));

            assertThat(DataBuffers.write(file, words, 0).block()).isEqualTo(13);
            assertThat(Files.readString(path)).isEqualTo("one,two,three");

            StringBuilder text = new StringBuilder();
            DataBuffers.stream(file, ReadSpec.all().chunkSize(5), factory)
                    .doOnNext(buffer -> {
                        text.append(buffer.toString(StandardCharsets.UTF_8));
                        DataBufferUtils.release(buffer);
                    })
                    .blockLast();
            assertThat(text).hasToString("one,two,three");
        }
    }
}
