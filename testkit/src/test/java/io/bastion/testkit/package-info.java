/** Tests of the test kit. */
@NullMarked
package io.bastion.testkit;

import org.jspecify.annotations.NullMarked;
