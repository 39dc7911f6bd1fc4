package io.bastion.testkit;

/** The kinds of test kits, for tests that are to pass on each. */
enum Kit {
    DETERMINISTIC {
        @Override
        TestKit create() {
            return TestKit.deterministic();
        }
    },
    CONCURRENT {
        @Override
        TestKit create() {
            return TestKit.concurrent(2);
        }
    };

    abstract TestKit create();
}
