/** Tests of the platform's own tables against a real PostgreSQL. */
@NullMarked
package io.changepost.persistence.platform;

import org.jspecify.annotations.NullMarked;
