/**
 * Existing code as a supervised actor: {@link io.bastion.fort.Fort} runs a program, a piece of blocking code or a publisher
 * again until it succeeds or its restart policy gives up.
 */
@NullMarked
package io.bastion.fort;

import org.jspecify.annotations.NullMarked;
