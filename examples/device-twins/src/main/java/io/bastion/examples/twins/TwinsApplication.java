package io.bastion.examples.twins;

import io.bastion.actor.ActorSpec;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/** Heating devices and their twins: an actor for each device, used over HTTP. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(TwinsProperties.class)
public class TwinsApplication {
    public static void main(String[] args) {
        SpringApplication.run(TwinsApplication.class, args);
    }

    /** The one actor that the application starts; all others are below it. */
    @Bean
    ActorSpec<DevicesMessage> devices(Targets targets, TwinsProperties properties) {
        return Devices.spec(targets, properties);
    }

    @Bean
    HandlerMapping sockets(LiveSocket live) {
        return new SimpleUrlHandlerMapping(Map.of(LiveSocket.PATH, live), -1); // before that of static files
    }
}
