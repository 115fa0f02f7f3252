/**
 * The platform's own rows as the API reads and writes them: organizations, companies, relations and
 * what is kept on them. Their triggers capture every change. Start reading at {@link
 * io.changepost.persistence.platform.RelationStore}.
 */
@NullMarked
package io.changepost.persistence.platform;

import org.jspecify.annotations.NullMarked;
