/** Tests of what the measurements themselves rely on. */
@NullMarked
package io.changepost.bench;

import org.jspecify.annotations.NullMarked;
