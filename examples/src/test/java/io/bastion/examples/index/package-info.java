@NullMarked
package io.bastion.examples.index;

import org.jspecify.annotations.NullMarked;
