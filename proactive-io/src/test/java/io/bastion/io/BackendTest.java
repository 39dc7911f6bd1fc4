package io.bastion.io;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A test that runs on every backend. Where io_uring does not work it is reported as skipped there, with the reason. Afterwards
 * nothing may be left: no open file, no file descriptor, no buffer.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@EnumSource(Backend.class)
@Timeout(60)
@ExtendWith(Leftovers.class)
@interface BackendTest {}
