/** Devices that are simulated, as load on the application. */
@NullMarked
package io.bastion.examples.twins.load;

import org.jspecify.annotations.NullMarked;
