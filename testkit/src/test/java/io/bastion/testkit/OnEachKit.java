package io.bastion.testkit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that pass on the deterministic scheduler and on real workers. */
@ParameterizedClass(name = "{0}")
@EnumSource
@SuppressWarnings("NullAway.Init") // the fields are set before each test
abstract class OnEachKit {
    @Parameter
    Kit kind;

    TestKit kit;

    @BeforeEach
    void open() {
        kit = kind.create();
    }

    @AfterEach
    void close() {
        kit.close();
    }
}
