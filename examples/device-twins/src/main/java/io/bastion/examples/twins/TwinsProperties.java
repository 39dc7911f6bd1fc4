package io.bastion.examples.twins;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the application.
 *
 * @param timeout how long a request waits for the actor of its device
 * @param mailbox requests that may wait at one device
 * @param idleAfter how long the actor of a device stays when nobody wants anything of it
 * @param minBackoff how long a device that has failed waits before it comes back
 * @param maxBackoff the longest that it waits when it fails again and again
 */
@ConfigurationProperties("twins")
record TwinsProperties(
        @DefaultValue("1s") Duration timeout,
        @DefaultValue("64") int mailbox,
        @DefaultValue("2m") Duration idleAfter,
        @DefaultValue("100ms") Duration minBackoff,
        @DefaultValue("10s") Duration maxBackoff) {}
