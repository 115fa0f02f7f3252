/**
 * What a node does with its first idle seconds, so that the first messages are not the slow ones.
 */
@NullMarked
package io.changepost.app.rehearsal;

import org.jspecify.annotations.NullMarked;
