/** What keeps Jackson safe from bytes that others wrote. */
@NullMarked
package io.bastion.cluster.jackson;

import org.jspecify.annotations.NullMarked;
