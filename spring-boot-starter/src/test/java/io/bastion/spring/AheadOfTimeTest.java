package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.Interceptor;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TellResult;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.InputStreamSource;
import org.springframework.javapoet.ClassName;

public class AheadOfTimeTest {
    record Question(ActorRef<String> replyTo) {}

    @Actor("echo")
    public static class Echo implements Behavior.Receive<Question> {
        private final Words words;

        public Echo(Words words) {
            this.words = words;
        }

        @Override
        public void receive(ActorContext<Question> context, Question message) {
            message.replyTo().tell(words.first());
        }
    }

    public record Words(String first) {}

    public record Asker(
            ActorRef<Question> echo, ActorRef<Question> second, Distributor<Question> group, SupervisorRef outer) {}

    public static class Passing implements Interceptor {
        @Override
        public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
            return next.tell(message);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(BastionAutoConfiguration.class)
    @Import(Echo.class)
    public static class Application {
        @Bean
        Words words() {
            return new Words("hello");
        }

        @Bean
        Passing passing() {
            return new Passing();
        }

        @Bean
        ActorSpec<Question> second() {
            return ActorSpec.of(
                    "second",
                    () -> Behavior.receive(
                            (context, question) -> question.replyTo().tell("here")));
        }

        @Bean
        SupervisorSpec outer() {
            return SupervisorSpec.named("outer");
        }

        @Bean
        GroupSpec<Question> group() {
            return GroupSpec.of("group", 1, second());
        }

        @Bean
        Asker asker(
                @Qualifier("echo") ActorRef<Question> echo,
                @Qualifier("second") ActorRef<Question> second,
                Distributor<Question> group,
                SupervisorRef outer) {
            return new Asker(echo, second, group, outer);
        }
    }

    @Test
    void application_processedAheadOfTime_runs(@TempDir Path directory) throws Exception {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation =
                new DefaultGenerationContext(new ClassNameGenerator(ClassName.get(Application.class)), files);
        ClassName initializer;
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(Application.class);
            initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        generation.writeGeneratedContent();
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Passing.class, "tell"))
                .accepts(generation.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.reflection().onType(BastionProperties.class))
                .accepts(generation.getRuntimeHints());

        compile(files, directory);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = generated(directory)) {
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass(AheadOfTimeTest.class.getName())
                    .getMethod("run", String.class)
                    .invoke(null, initializer.canonicalName());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static void compile(InMemoryGeneratedFiles files, Path directory) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", directory.toString()));
        for (Map.Entry<String, InputStreamSource> file :
                files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).entrySet()) {
            Path source = directory.resolve(file.getKey());
            Files.createDirectories(source.getParent());
            Files.write(source, file.getValue().getInputStream().readAllBytes());
            arguments.add(source.toString());
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler().run(null, errors, errors, arguments.toArray(String[]::new));
        assertThat(result).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    }

    /** The class path once more, with the generated classes: some of them are in packages of Spring, whose classes they access. */
    private static URLClassLoader generated(Path directory) throws IOException {
        List<URL> urls = new ArrayList<>(List.of(directory.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** In the class loader of the generated classes. */
    public static void run(String initializer) throws ReflectiveOperationException {
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
            @SuppressWarnings("unchecked")
            ApplicationContextInitializer<GenericApplicationContext> generated =
                    (ApplicationContextInitializer<GenericApplicationContext>)
                            Class.forName(initializer).getConstructor().newInstance();
            generated.initialize(context);
            context.refresh();
            Asker asker = context.getBean(Asker.class);
            assertThat(asker.echo().ask(Question::new, Duration.ofSeconds(5)).block())
                    .isEqualTo("hello");
            assertThat(asker.second().ask(Question::new, Duration.ofSeconds(5)).block())
                    .isEqualTo("here");
            assertThat(asker.group()
                            .askOne(Question::new, Duration.ofSeconds(5))
                            .block())
                    .isEqualTo("here");
            assertThat(asker.outer().path()).isEqualTo("bastion://application/outer");
        }
    }

    @Test
    void hints_ofTheFramework_nameWhatItLooksUp() throws Exception {
        RuntimeHints hints = new RuntimeHints();
        new BastionRuntimeHints().registerHints(hints, null);
        assertThat(RuntimeHintsPredicates.reflection().onType(Thread.class)).accepts(hints);
        for (String kind : List.of("Logging", "RateLimit", "CircuitBreaker")) {
            Class<?> interceptor = Class.forName("io.bastion.actor." + kind + "Interceptor"); // they are there
            assertThat(RuntimeHintsPredicates.reflection().onType(interceptor)).accepts(hints);
        }
    }
}
