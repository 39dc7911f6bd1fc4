/**
 * Actor systems in Spring Boot applications.
 */
@NullMarked
package io.bastion.spring;

import org.jspecify.annotations.NullMarked;
