/** Nodes of a cluster, and actors behind Spring Boot's RSocket server. */
@NullMarked
package io.bastion.spring.cluster;

import org.jspecify.annotations.NullMarked;
