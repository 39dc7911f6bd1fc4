/** Tests of the test starter. */
@NullMarked
package io.bastion.spring.test;

import org.jspecify.annotations.NullMarked;
