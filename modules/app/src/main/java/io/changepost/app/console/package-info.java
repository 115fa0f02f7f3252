/**
 * Hawtio for an operator's browser: its pages, and a way to the server's Jolokia. Nothing of
 * Hawtio's own server side runs. Start reading at {@link io.changepost.app.console.HawtioCommand}.
 */
@NullMarked
package io.changepost.app.console;

import org.jspecify.annotations.NullMarked;
