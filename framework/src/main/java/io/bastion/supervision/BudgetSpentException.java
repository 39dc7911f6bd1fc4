package io.bastion.supervision;

/** A supervisor's restarts are used up although no child has failed: permanent ones kept completing. */
public final class BudgetSpentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BudgetSpentException() {
        super(
                "restarts: spent on children that completed (expected: permanent children that go on, or a larger budget)");
    }
}
