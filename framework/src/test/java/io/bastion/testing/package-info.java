/** Helpers for tests. */
@NullMarked
package io.bastion.testing;

import org.jspecify.annotations.NullMarked;
