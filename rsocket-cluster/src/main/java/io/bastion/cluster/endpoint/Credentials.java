package io.bastion.cluster.endpoint;

import java.util.Objects;

/** What a client shows to say who it is: the types of {@code message/x.rsocket.authentication.v0}. Its text hides the secret. */
public sealed interface Credentials {
    /**
     * A name with a password: the type {@code simple}.
     *
     * @param user the name
     * @param password the password
     */
    record UserPassword(String user, String password) implements Credentials {
        public UserPassword {
            Objects.requireNonNull(user, "user: null (expected: a name)");
            Objects.requireNonNull(password, "password: null (expected: a password)");
        }

        @Override
        public String toString() {
            return "UserPassword[user=" + user + "]";
        }
    }

    /**
     * A token, such as a JWT: the type {@code bearer}.
     *
     * @param token the token
     */
    record Bearer(String token) implements Credentials {
        public Bearer {
            Objects.requireNonNull(token, "token: null (expected: a token)");
        }

        @Override
        public String toString() {
            return "Bearer[]";
        }
    }
}
