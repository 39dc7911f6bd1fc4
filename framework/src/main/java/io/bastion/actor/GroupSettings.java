package io.bastion.actor;

import org.jspecify.annotations.Nullable;

/**
 * What makes a supervisor a group.
 *
 * @param dispatcher who gets a message
 * @param resizer how many members there are; as many as at the start if null
 */
record GroupSettings(
        Dispatcher<Object> dispatcher, @Nullable Resizer resizer) {}
