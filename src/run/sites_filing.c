#include "run/sites_filing.h"

#include <stdlib.h>
#include <string.h>

#include "sites/growth.h"

/* What one stack held at each moment. */
struct candidate {
	const char *stack; /* of a census */
	double samples;
	double *allocated;
	double *freed;
	struct tm_sampled_growth growth;
};

struct moments {
	const struct tm_heap_sites *sites[TM_CENSUSES_MAX];
	double x[TM_CENSUSES_MAX];
	size_t count;
	double *values; /* of all candidates */
	struct candidate *list;
	size_t candidates;
};

/* --- collecting ----------------------------------------------------------- */

static int by_stack(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return strcmp(left->stack, right->stack);
}

static void choose_moments(struct moments *out,
			   const struct tm_censuses *censuses, uint64_t until)
{
	size_t i;

	for (i = 0; i < censuses->count; i++) {
		const struct tm_census_moment *moment = &censuses->moment[i];

		if (moment->census.sites.sampling_bytes == 0 ||
		    moment->position > until)
			continue;
		out->sites[out->count] = &moment->census.sites;
		out->x[out->count++] = (double)moment->position;
	}
}

/* The stacks of all moments, each once. */
static int list_all(struct moments *all)
{
	size_t room = 1, count = 0, i, j;

	for (i = 0; i < all->count; i++)
		room += all->sites[i]->count;
	all->list = calloc(room, sizeof(*all->list));
	if (!all->list)
		return 0;
	for (i = 0; i < all->count; i++) {
		for (j = 0; j < all->sites[i]->count; j++)
			all->list[count++].stack = all->sites[i]->list[j].stack;
	}
	qsort(all->list, count, sizeof(*all->list), by_stack);
	for (i = 0; i < count; i++) {
		if (i &&
		    strcmp(all->list[i].stack, all->list[i - 1].stack) == 0)
			continue;
		all->list[all->candidates++] = all->list[i];
	}
	all->values = calloc(2 * all->candidates * all->count + 1,
			     sizeof(*all->values));
	return all->values != NULL;
}

/* --- growth --------------------------------------------------------------- */

static void measure(struct moments *all, struct candidate *candidate)
{
	const struct tm_heap_sites *last = all->sites[all->count - 1];
	struct tm_sampled_series series = {
		.x = all->x,
		.allocated = candidate->allocated,
		.freed = candidate->freed,
		.count = all->count,
		.mean_bytes = (double)last->sampling_bytes,
	};
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct tm_heap_site *site =
			tm_heap_sites_find(all->sites[i], candidate->stack);

		if (!site)
			continue; /* nothing lived there */
		candidate->allocated[i] = (double)site->allocated_bytes;
		candidate->freed[i] = (double)site->freed_bytes;
		if ((double)site->samples > series.samples) {
			series.samples = (double)site->samples;
			series.samples_bytes = (double)site->allocated_bytes;
		}
	}
	candidate->samples = series.samples;
	tm_sampled_growth(&candidate->growth, &series);
}

static int by_growth(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return tm_sampled_order(&left->growth, &right->growth);
}

static void measure_all(struct moments *all)
{
	size_t i;

	for (i = 0; i < all->candidates; i++) {
		all->list[i].allocated = all->values + 2 * i * all->count;
		all->list[i].freed = all->list[i].allocated + all->count;
		measure(all, &all->list[i]);
	}
	qsort(all->list, all->candidates, sizeof(*all->list), by_growth);
}

/* --- filing --------------------------------------------------------------- */

static void file_script(struct tm_texts *out, const char *stack)
{
	while (*stack) {
		size_t length = strcspn(stack, "\n");
		char *line = strndup(stack, length);

		if (line)
			tm_texts_add(out, line);
		free(line);
		stack += length + (stack[length] == '\n');
	}
}

static void file_site(struct tm_run_site *out, const struct moments *all,
		      const struct candidate *candidate)
{
	tm_site_growth_file(out, &candidate->growth);
	out->allocated_bytes =
		tm_site_whole(candidate->allocated[all->count - 1]);
	out->samples = tm_site_whole(candidate->samples);
	file_script(&out->script, candidate->stack);
}

static void file_all(struct tm_run *run, const struct moments *all)
{
	const struct tm_metric_series live =
		tm_run_series(run, TM_METRIC_live_bytes);
	const struct tm_site_moments moments = {all->x, all->count};
	struct tm_run_sites *out = &run->heap_sites;
	size_t kept = all->candidates, i;

	if (kept > TM_HEAP_SITES_KEPT)
		kept = TM_HEAP_SITES_KEPT;
	out->sites = calloc(kept, sizeof(*out->sites));
	if (!out->sites)
		return;
	out->is_known = 1;
	out->sampling_bytes = tm_known_count(all->sites[0]->sampling_bytes);
	out->snapshots = tm_known_count(all->count);
	out->site_count = tm_known_count(all->candidates);
	tm_sites_growth_file(out, &all->list[0].growth, &moments, &live);
	for (i = 0; i < kept; i++)
		file_site(&out->sites[out->count++], all, &all->list[i]);
}

void tm_heap_sites_file(struct tm_run *run, const struct tm_censuses *censuses,
			uint64_t until)
{
	struct moments all = {0};

	tm_run_sites_release(&run->heap_sites);
	choose_moments(&all, censuses, until);
	if (all.count > 0 && list_all(&all) && all.candidates > 0) {
		measure_all(&all);
		file_all(run, &all);
	}
	free(all.list);
	free(all.values);
}
