#include "run/types_filing.h"

#include <stdlib.h>
#include <string.h>

/* A type that any census has, before it is chosen. */
struct candidate {
	const char *name;
	int64_t objects_gained; /* from the first census to the last */
	int64_t bytes_gained;
	int64_t bytes;
	int is_kept;
};

struct candidates {
	struct candidate *list;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int falling(int64_t left, int64_t right)
{
	return (left < right) - (left > right);
}

static int by_objects_gained(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return falling(left->objects_gained, right->objects_gained);
}

static int by_bytes_gained(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return falling(left->bytes_gained, right->bytes_gained);
}

static int by_bytes(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return falling(left->bytes, right->bytes);
}

/* --- all types ------------------------------------------------------------ */

static void measure(struct candidate *candidate,
		    const struct tm_censuses *censuses)
{
	const struct tm_heap_type *first = tm_heap_census_find(
		&censuses->moment[0].census, candidate->name);
	const struct tm_heap_type *last = tm_heap_census_find(
		&censuses->moment[censuses->count - 1].census, candidate->name);

	if (last) {
		candidate->bytes = (int64_t)last->bytes;
		candidate->bytes_gained = (int64_t)last->bytes;
		candidate->objects_gained = (int64_t)last->objects;
	}
	if (first) {
		candidate->bytes_gained -= (int64_t)first->bytes;
		candidate->objects_gained -= (int64_t)first->objects;
	}
}

/* The types of all censuses, each once. */
static int list_all(struct candidates *out, const struct tm_censuses *censuses)
{
	size_t room = 0, count = 0, i, j;

	for (i = 0; i < censuses->count; i++)
		room += censuses->moment[i].census.count;
	out->list = calloc(room ? room : 1, sizeof(*out->list));
	if (!out->list)
		return 0;
	for (i = 0; i < censuses->count; i++) {
		const struct tm_heap_census *census =
			&censuses->moment[i].census;

		for (j = 0; j < census->count; j++)
			out->list[count++].name = census->types[j].name;
	}
	qsort(out->list, count, sizeof(*out->list), by_name);
	out->count = 0;
	for (i = 0; i < count; i++) {
		if (i && strcmp(out->list[i].name, out->list[i - 1].name) == 0)
			continue;
		out->list[out->count++] = out->list[i];
	}
	for (i = 0; i < out->count; i++)
		measure(&out->list[i], censuses);
	return 1;
}

/* --- the choice ----------------------------------------------------------- */

static void keep_first(struct candidates *all,
		       int (*order)(const void *a, const void *b))
{
	size_t i;

	qsort(all->list, all->count, sizeof(*all->list), order);
	for (i = 0; i < all->count && i < TM_TYPES_KEPT; i++)
		all->list[i].is_kept = 1;
}

static size_t choose(struct candidates *all)
{
	size_t kept = 0, i;

	keep_first(all, by_bytes);
	keep_first(all, by_objects_gained);
	keep_first(all, by_bytes_gained);
	for (i = 0; i < all->count; i++)
		kept += (size_t)all->list[i].is_kept;
	return kept;
}

/* --- filing --------------------------------------------------------------- */

/* A type that one census does not have had no objects then. */
static int file_type(struct tm_run_type *out, const char *name,
		     const struct tm_censuses *censuses)
{
	size_t count = censuses->count, i;
	int has_bytes = 1, has_uncollectable = 0;

	out->name = tm_text_copy(name);
	out->objects = calloc(count, sizeof(*out->objects));
	out->bytes = calloc(count, sizeof(*out->bytes));
	out->uncollectable = calloc(count, sizeof(*out->uncollectable));
	if (!out->name || !out->objects || !out->bytes || !out->uncollectable)
		return 0;
	for (i = 0; i < count; i++) {
		const struct tm_heap_type *type =
			tm_heap_census_find(&censuses->moment[i].census, name);

		if (!type)
			continue;
		out->objects[i] = (int64_t)type->objects;
		out->bytes[i] = (int64_t)type->bytes;
		out->uncollectable[i] = (int64_t)type->uncollectable;
		has_bytes &= type->has_bytes;
		has_uncollectable |= type->uncollectable > 0;
	}
	if (!has_bytes) {
		free(out->bytes);
		out->bytes = NULL;
	}
	if (!has_uncollectable) {
		free(out->uncollectable);
		out->uncollectable = NULL;
	}
	return 1;
}

static int file_all(struct tm_run_types *out, struct candidates *all,
		    const struct tm_censuses *censuses)
{
	size_t kept = choose(all), i;

	out->type_count = tm_known_count(all->count);
	out->moments = censuses->count;
	out->position = calloc(out->moments, sizeof(*out->position));
	out->types = calloc(kept ? kept : 1, sizeof(*out->types));
	if (!out->position || !out->types)
		return 0;
	for (i = 0; i < out->moments; i++)
		out->position[i] = (int64_t)censuses->moment[i].position;
	for (i = 0; i < all->count; i++) {
		if (all->list[i].is_kept &&
		    !file_type(&out->types[out->count++], all->list[i].name,
			       censuses))
			return 0;
	}
	out->is_known = 1;
	return 1;
}

void tm_types_file(struct tm_run_types *out, struct tm_censuses *censuses,
		   uint64_t until)
{
	struct candidates all = {0};

	tm_censuses_drop_after(censuses, until);
	if (censuses->count == 0)
		return;
	if (!list_all(&all, censuses) || !file_all(out, &all, censuses))
		tm_run_types_release(out);
	free(all.list);
}
