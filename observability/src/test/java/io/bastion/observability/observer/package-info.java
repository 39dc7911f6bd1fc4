@NullMarked
package io.bastion.observability.observer;

import org.jspecify.annotations.NullMarked;
