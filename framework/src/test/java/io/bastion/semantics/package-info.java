/** What the framework promises about supervision, a section a class; tests of the public API only. */
@NullMarked
package io.bastion.semantics;

import org.jspecify.annotations.NullMarked;
