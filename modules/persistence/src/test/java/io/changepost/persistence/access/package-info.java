/** Tests of keys, audit and sealing against a real PostgreSQL. */
@NullMarked
package io.changepost.persistence.access;

import org.jspecify.annotations.NullMarked;
