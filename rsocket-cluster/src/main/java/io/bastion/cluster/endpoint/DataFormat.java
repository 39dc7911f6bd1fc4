package io.bastion.cluster.endpoint;

/** How data of one MIME type are read and written. Thread-safe. */
interface DataFormat {
    /**
     * Reads a value.
     *
     * @throws Exception if the bytes, or the type, are none of this format
     */
    Object read(byte[] data, Class<?> type) throws Exception;

    /**
     * Writes a value.
     *
     * @throws Exception if such values cannot be written
     */
    byte[] write(Object value, Class<?> type) throws Exception;
}
