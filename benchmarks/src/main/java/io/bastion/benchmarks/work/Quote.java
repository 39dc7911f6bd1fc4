package io.bastion.benchmarks.work;

/**
 * A small message with a type, as an application would send it to another node.
 *
 * @param number the messages to one actor are numbered from 0
 */
public record Quote(String symbol, long number, int quantity, double price, Side side, String account) {
    /** Which way. */
    public enum Side {
        /** To buy. */
        BUY,
        /** To sell. */
        SELL
    }

    /** One with that number. */
    public static Quote of(long number) {
        return new Quote("EURUSD7", number, (int) (number & 1023), number * 0.25, Side.BUY, "account-1001");
    }
}
