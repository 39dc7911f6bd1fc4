@NullMarked
package io.bastion.io;

import org.jspecify.annotations.NullMarked;
