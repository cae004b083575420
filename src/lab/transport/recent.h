/*
 * recent.h - a map of identifiers that keeps the newest N and drops the rest.
 *
 * Purpose:   what the embedded server remembers (results, chord counts,
 *            subscriptions) without growing when it is not read.
 * Ownership: the map belongs to the caller.  An entry's memory is borrowed
 *            until the entry is removed or pushed out by a newer one.
 * Units:     sizes in bytes.
 * Errors:    TM_ENOMEM from _new() only; everything is allocated, and its pages
 *            touched, there.
 * Threads:   one owner, no locks inside.
 * Source:    the age list of an LRU cache, without the "used" part.
 */
#ifndef TM_LAB_TRANSPORT_RECENT_H
#define TM_LAB_TRANSPORT_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "util/alloc.h"
#include "util/id.h"

struct tm_recent;

/* A map of at most `capacity` entries of `entry_size` bytes each. */
TM_CHECK enum tm_rc tm_recent_new(struct tm_recent **out,
				  struct tm_alloc *alloc, uint32_t capacity,
				  size_t entry_size, struct tm_err *err);
void tm_recent_free(struct tm_recent *map);

/* The entry of `id`; when there is none yet, a new one of unspecified content
 * takes the place of the oldest if the map is full.  *is_new says which. */
void *tm_recent_put(struct tm_recent *map, const struct tm_id *id, int *is_new);

/* The entry of `id`, or NULL. */
void *tm_recent_find(struct tm_recent *map, const struct tm_id *id);

/* Forget one, or all.  An unknown `id` is allowed. */
void tm_recent_remove(struct tm_recent *map, const struct tm_id *id);
void tm_recent_clear(struct tm_recent *map);

uint32_t tm_recent_count(const struct tm_recent *map);

#endif
