/**
 * Tests of actors in Spring Boot applications.
 */
@NullMarked
package io.bastion.spring.test;

import org.jspecify.annotations.NullMarked;
