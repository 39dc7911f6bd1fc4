@NullMarked
package io.bastion.observability.tracing;

import org.jspecify.annotations.NullMarked;
