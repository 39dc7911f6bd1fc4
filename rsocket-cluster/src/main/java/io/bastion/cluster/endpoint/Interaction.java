package io.bastion.cluster.endpoint;

/** RSocket's ways to talk. */
enum Interaction {
    FIRE_AND_FORGET("fire-and-forget"),
    REQUEST_RESPONSE("request-response"),
    REQUEST_STREAM("request-stream"),
    REQUEST_CHANNEL("request-channel");

    private final String text;

    Interaction(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
