/** Reactor pipelines as supervised actors, and actors as reactive streams. */
@NullMarked
package io.bastion.bridge;

import org.jspecify.annotations.NullMarked;
