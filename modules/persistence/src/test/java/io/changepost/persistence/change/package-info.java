/** Tests of publishing against a real PostgreSQL. */
@NullMarked
package io.changepost.persistence.change;

import org.jspecify.annotations.NullMarked;
