@NullMarked
package io.bastion.bridge;

import org.jspecify.annotations.NullMarked;
