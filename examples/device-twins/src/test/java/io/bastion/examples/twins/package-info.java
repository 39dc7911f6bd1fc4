/** Tests of the twins: of their actors in virtual time, and of the application over HTTP. */
@NullMarked
package io.bastion.examples.twins;

import org.jspecify.annotations.NullMarked;
