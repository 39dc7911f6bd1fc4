/** How nodes prove to each other who they are: by certificates, by a token that all know, or by both. */
@NullMarked
package io.bastion.cluster.security;

import org.jspecify.annotations.NullMarked;
