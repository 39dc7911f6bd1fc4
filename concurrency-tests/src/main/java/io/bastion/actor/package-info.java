/** Stress tests of what actors share with other threads, from within their package. */
@NullMarked
package io.bastion.actor;

import org.jspecify.annotations.NullMarked;
