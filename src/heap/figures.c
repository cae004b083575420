#include "heap/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/names.h"
#include "util/text.h"

#define NAME_MAX_BYTES 200

#define NAME(name) [TM_HEAP_##name] = #name,

static const char *const names[TM_HEAP_FIGURE_COUNT] = {TM_HEAP_FIGURES(NAME)};

const char *tm_heap_figure_name(enum tm_heap_figure figure)
{
	return names[figure];
}

enum tm_heap_figure tm_heap_figure_find(const char *name, size_t length)
{
	unsigned int i;

	for (i = 0; i < TM_HEAP_FIGURE_COUNT; i++) {
		if (strlen(names[i]) == length &&
		    strncmp(names[i], name, length) == 0)
			break;
	}
	return (enum tm_heap_figure)i;
}

/* A sum in which one is missing is not known. */
void tm_heap_figures_add(struct tm_heap_figures *sum,
			 const struct tm_heap_figures *more, int is_first)
{
	unsigned int i;

	if (is_first) {
		*sum = *more;
		return;
	}
	sum->known &= more->known;
	for (i = 0; i < TM_HEAP_FIGURE_COUNT; i++) {
		if (i != TM_HEAP_pause_ns)
			sum->value[i] += more->value[i];
		else if (more->value[i] > sum->value[i])
			sum->value[i] = more->value[i];
	}
}

/* --- types ---------------------------------------------------------------- */

static size_t place_of(const struct tm_heap_census *census, const char *name,
		       int *is_there)
{
	return tm_names_place(census->types, census->count,
			      sizeof(*census->types), name, is_there);
}

const struct tm_heap_type *tm_heap_census_find(
	const struct tm_heap_census *census, const char *name)
{
	int is_there;
	size_t at = place_of(census, name, &is_there);

	return is_there ? &census->types[at] : NULL;
}

static int grow(struct tm_heap_census *census)
{
	size_t room = census->count ? 2 * census->count : 64;
	struct tm_heap_type *types;

	/* The room is a power of two, and full when the count is one. */
	if (census->count & (census->count - 1) ||
	    (census->count && census->count < 64))
		return 1;
	types = realloc(census->types, room * sizeof(*types));
	if (types)
		census->types = types;
	return types != NULL;
}

static void add_figures(struct tm_heap_type *to,
			const struct tm_heap_type *from)
{
	to->objects += from->objects;
	to->bytes += from->bytes;
	to->uncollectable += from->uncollectable;
	to->has_bytes = to->has_bytes && from->has_bytes;
}

/* Takes over the name. */
static int insert(struct tm_heap_census *census, size_t at, char *name,
		  const struct tm_heap_type *type)
{
	struct tm_heap_type named = *type;

	if (!name || !grow(census)) {
		free(name);
		return 0;
	}
	named.name = name;
	tm_names_insert(census->types, census->count++, sizeof(named), at,
			&named);
	return 1;
}

enum tm_rc tm_heap_census_add(struct tm_heap_census *census, const char *name,
			      const struct tm_heap_type *type,
			      struct tm_err *err)
{
	char kept[NAME_MAX_BYTES + 1];
	int is_there;
	size_t at;

	snprintf(kept, sizeof(kept), "%s", name);
	tm_text_clean(kept);
	at = place_of(census, kept, &is_there);
	if (is_there)
		add_figures(&census->types[at], type);
	else if (census->count == TM_HEAP_TYPES_MAX)
		census->is_cut = 1;
	else if (!insert(census, at, strdup(kept), type))
		return tm_fail(err, TM_ENOMEM, "no memory for a census");
	return TM_OK;
}

void tm_heap_census_release(struct tm_heap_census *census)
{
	size_t i;

	for (i = 0; i < census->count; i++)
		free(census->types[i].name);
	free(census->types);
	tm_heap_sites_release(&census->sites);
	*census = (struct tm_heap_census){0};
}
