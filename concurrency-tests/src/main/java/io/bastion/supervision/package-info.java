/** Stress tests of what a supervisor shares with its children, from within their package. */
@NullMarked
package io.bastion.supervision;

import org.jspecify.annotations.NullMarked;
