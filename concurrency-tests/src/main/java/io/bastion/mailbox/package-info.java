/** Stress tests of the mailboxes, from within their package. */
@NullMarked
package io.bastion.mailbox;

import org.jspecify.annotations.NullMarked;
