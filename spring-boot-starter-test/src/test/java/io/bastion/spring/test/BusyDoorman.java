package io.bastion.spring.test;

import org.springframework.stereotype.Service;

/** A class of its own, as all that is to be left out: what is nested in the application belongs to it. */
@Service
class BusyDoorman implements DoorApplication.Doorman {
    BusyDoorman() {
        throw new IllegalStateException("the slice has no services");
    }

    @Override
    public String greeting() {
        return "later";
    }
}
