/**
 * Who may call: keys and tokens, of which only hashes are kept. What a caller may do is decided in
 * the API. Start reading at {@link io.changepost.persistence.access.KeyStore}.
 */
@NullMarked
package io.changepost.persistence.access;

import org.jspecify.annotations.NullMarked;
