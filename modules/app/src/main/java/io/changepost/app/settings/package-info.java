/**
 * What an installation is told, read from the file, the environment and system properties, checked
 * before anything is started. Nothing here acts on a setting. Start reading at {@link
 * io.changepost.app.settings.RawSettings}; {@code SettingNames} lists what there is.
 */
@NullMarked
package io.changepost.app.settings;

import org.jspecify.annotations.NullMarked;
