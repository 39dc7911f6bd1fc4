@NullMarked
package io.bastion.examples;

import org.jspecify.annotations.NullMarked;
