@NullMarked
package io.bastion.observability.jfr;

import org.jspecify.annotations.NullMarked;
