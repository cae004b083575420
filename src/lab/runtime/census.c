#include "lab/runtime/census.h"

#include <string.h>

#include "lab/runtime/links.h"

/* The row of `type`, added for a new type.  Names are compared, not addresses:
 * an AsyncResult with a finalizer and one without are the same type to a
 * reader. */
static struct tm_census_row *row_of(struct tm_census *census, const char *type)
{
	size_t i;

	for (i = 0; i < census->count; i++) {
		if (census->rows[i].type == type ||
		    strcmp(census->rows[i].type, type) == 0)
			return &census->rows[i];
	}
	if (census->count == TM_CENSUS_TYPES_MAX)
		return NULL;
	census->rows[census->count].type = type;
	return &census->rows[census->count++];
}

static enum tm_rc count_list(struct tm_census *out, const struct tm_link *list,
			     struct tm_err *err)
{
	struct tm_link *link;

	for (link = list->next; link != list; link = link->next) {
		const struct tm_type *type = tm_object_of(link)->type;
		struct tm_census_row *row = row_of(out, type->name);

		if (!row)
			return tm_fail(err, TM_EINTERNAL,
				       "a census holds %d types at most",
				       TM_CENSUS_TYPES_MAX);
		row->live++;
		row->live_bytes += type->size;
	}
	return TM_OK;
}

enum tm_rc tm_census_take(struct tm_census *out,
			  const struct tm_runtime *runtime, struct tm_err *err)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < TM_GENERATIONS; i++) {
		enum tm_rc rc =
			count_list(out, &runtime->generations[i].objects, err);

		if (rc != TM_OK)
			return rc;
	}
	/* What is on the garbage list is alive, so its row exists. */
	for (i = 0; i < runtime->garbage_count; i++)
		row_of(out, runtime->garbage[i]->type->name)->garbage++;
	return TM_OK;
}

const struct tm_census_row *tm_census_find(const struct tm_census *census,
					   const char *type)
{
	size_t i;

	for (i = 0; i < census->count; i++) {
		if (strcmp(census->rows[i].type, type) == 0)
			return &census->rows[i];
	}
	return NULL;
}

int64_t tm_census_growth(const struct tm_census *before,
			 const struct tm_census *after, const char *type)
{
	const struct tm_census_row *old = tm_census_find(before, type);
	const struct tm_census_row *new = tm_census_find(after, type);

	return (int64_t)(new ? new->live : 0) - (int64_t)(old ? old->live : 0);
}

int64_t tm_census_garbage_growth(const struct tm_census *before,
				 const struct tm_census *after,
				 const char *type)
{
	const struct tm_census_row *old = tm_census_find(before, type);
	const struct tm_census_row *new = tm_census_find(after, type);

	return (int64_t)(new ? new->garbage : 0) -
	       (int64_t)(old ? old->garbage : 0);
}
