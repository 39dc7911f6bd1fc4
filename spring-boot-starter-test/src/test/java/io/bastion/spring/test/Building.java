package io.bastion.spring.test;

import org.springframework.stereotype.Component;

/** No actor. */
@Component
class Building {}
