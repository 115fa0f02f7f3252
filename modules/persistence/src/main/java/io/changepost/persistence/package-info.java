/**
 * The way into PostgreSQL: the two pools, the migrations, SQL from files, and the box that secrets
 * are sealed in. The stores live in the packages below, one for each area; no route and no HTTP is
 * known here. Start reading at {@link io.changepost.persistence.Database}.
 */
@NullMarked
package io.changepost.persistence;

import org.jspecify.annotations.NullMarked;
