/** Random trees under random trouble. */
@NullMarked
package io.bastion.testkit.stress;

import org.jspecify.annotations.NullMarked;
