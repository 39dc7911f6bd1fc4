package io.bastion.supervision;

/**
 * Which children a supervisor restarts when one of them fails.
 *
 * <table>
 *   <caption>Children [a, b, c] started in that order; b fails</caption>
 *   <tr><th>strategy</th><th>stopped, in reverse order</th><th>started, in start order</th><th>untouched</th></tr>
 *   <tr><td>{@link #ONE_FOR_ONE}</td><td>–</td><td>b</td><td>a, c</td></tr>
 *   <tr><td>{@link #ONE_FOR_ALL}</td><td>c, a</td><td>a, b, c</td><td>–</td></tr>
 *   <tr><td>{@link #REST_FOR_ONE}</td><td>c</td><td>b, c</td><td>a</td></tr>
 * </table>
 *
 * <p>Temporary siblings that are caught in the restart of others are stopped and removed; a child that is down stays down.
 */
public enum Strategy {
    /** The failed child only; the default. */
    ONE_FOR_ONE,
    /** All children: for those that cannot do without each other. */
    ONE_FOR_ALL,
    /** The failed child and those started after it: for those that build on what was started before them. */
    REST_FOR_ONE
}
