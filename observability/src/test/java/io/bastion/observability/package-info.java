@NullMarked
package io.bastion.observability;

import org.jspecify.annotations.NullMarked;
