#include "sites/groups.h"

#include <stdlib.h>
#include <string.h>

/* A snapshot is taken a little after its sample. */
#define LATE_NS 1000000000u

/* --- time ----------------------------------------------------------------- */

/* The iteration at a time, between the samples around it; 0 when it lies
 * before the first or well behind the last. */
static int find_iteration(const struct tm_run *run, uint64_t elapsed_ns,
			  double *out)
{
	const struct tm_sample *samples = run->samples;
	size_t low = 0, high = run->sample_count;
	double share;

	if (high == 0 || elapsed_ns < samples[0].elapsed_ns ||
	    elapsed_ns > samples[high - 1].elapsed_ns + LATE_NS)
		return 0;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (samples[middle].elapsed_ns <= elapsed_ns)
			low = middle;
		else
			high = middle;
	}
	*out = (double)samples[low].iteration;
	if (high == run->sample_count)
		return 1;
	share = (double)(elapsed_ns - samples[low].elapsed_ns) /
		(double)(samples[high].elapsed_ns - samples[low].elapsed_ns);
	*out += share *
		(double)(samples[high].iteration - samples[low].iteration);
	return 1;
}

static void choose_readings(struct tm_site_groups *out,
			    const struct tm_sites *sites,
			    const struct tm_run *run, uint64_t started_ns)
{
	size_t i;

	for (i = 0; i < sites->snapshot_count; i++) {
		uint64_t time_ns = sites->snapshots[i].time_ns;

		if (time_ns < started_ns ||
		    !find_iteration(run, time_ns - started_ns,
				    &out->x[out->reading_count]))
			continue;
		out->readings[out->reading_count++] = i;
	}
}

/* --- grouping ------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	size_t i;

	for (i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 1099511628211u; /* FNV-1a */
	return hash;
}

static uint64_t hash_site(const struct tm_site *site)
{
	uint64_t hash = 14695981039346656037u;
	uint32_t i;

	if (site->script)
		return mix(hash, site->script, strlen(site->script));
	for (i = 0; i < site->depth; i++) {
		hash = mix(hash, &site->frames[i].module,
			   sizeof(site->frames[i].module));
		hash = mix(hash, &site->frames[i].address,
			   sizeof(site->frames[i].address));
	}
	return hash;
}

static int same_frames(const struct tm_site *a, const struct tm_site *b)
{
	uint32_t i;

	if (a->depth != b->depth)
		return 0;
	for (i = 0; i < a->depth; i++) {
		/* Code that belongs to no file means nothing elsewhere. */
		if (a->frames[i].module != b->frames[i].module ||
		    a->frames[i].address != b->frames[i].address ||
		    (a->frames[i].module == TM_NO_MODULE &&
		     a->process != b->process))
			return 0;
	}
	return 1;
}

/* A line of a script is one place, whatever the interpreter did there. */
static int same_site(const struct tm_sites *sites, const struct tm_site *a,
		     const struct tm_site *b)
{
	if (strcmp(sites->processes[a->process].program,
		   sites->processes[b->process].program) != 0)
		return 0;
	if (a->script || b->script)
		return a->script && b->script &&
		       strcmp(a->script, b->script) == 0;
	return same_frames(a, b);
}

static int make_room(struct tm_site_group *group, size_t count)
{
	group->allocated = calloc(count + 1, sizeof(double));
	group->freed = calloc(count + 1, sizeof(double));
	return group->allocated && group->freed;
}

static void add_site(struct tm_site_groups *groups, struct tm_site_group *group,
		     const struct tm_sites *sites, size_t number)
{
	const struct tm_site *site = &sites->sites[number];
	size_t i;

	if (!group->site ||
	    site->allocated_bytes > group->site->allocated_bytes)
		group->site = site;
	if (group->process_count == 0 || group->last_process != site->process)
		group->process_count++;
	group->last_process = site->process;
	group->samples += (double)site->samples;
	group->samples_bytes +=
		(double)site->allocated_bytes + (double)site->inherited_bytes;
	for (i = 0; i < groups->reading_count; i++) {
		const struct tm_snapshot *snapshot =
			&sites->snapshots[groups->readings[i]];

		if (number >= snapshot->count)
			continue; /* not known yet: nothing lived there */
		group->allocated[i] +=
			(double)snapshot->readings[number].allocated_bytes;
		group->freed[i] +=
			(double)snapshot->readings[number].freed_bytes;
	}
}

/* Open addressing over twice as many places as there are sites. */
static enum tm_rc group_sites(struct tm_site_groups *out,
			      const struct tm_sites *sites)
{
	size_t places = 64, number, at;
	uint32_t *table;

	while (places < 2 * sites->count)
		places *= 2;
	table = calloc(places, sizeof(*table)); /* group + 1; 0: free */
	if (!table)
		return TM_ENOMEM;
	for (number = 0; number < sites->count; number++) {
		const struct tm_site *site = &sites->sites[number];

		at = hash_site(site) & (places - 1);
		while (table[at] &&
		       !same_site(sites, out->groups[table[at] - 1].site, site))
			at = (at + 1) & (places - 1);
		if (!table[at]) {
			if (!make_room(&out->groups[out->count++],
				       out->reading_count))
				break;
			table[at] = (uint32_t)out->count;
		}
		add_site(out, &out->groups[table[at] - 1], sites, number);
	}
	free(table);
	return number < sites->count ? TM_ENOMEM : TM_OK;
}

/* --- growth --------------------------------------------------------------- */

static void find_growth(const struct tm_site_groups *groups,
			struct tm_site_group *group, double sampling_bytes)
{
	const struct tm_sampled_series series = {
		.x = groups->x,
		.allocated = group->allocated,
		.freed = group->freed,
		.count = groups->reading_count,
		.samples = group->samples,
		.samples_bytes = group->samples_bytes,
		.mean_bytes = sampling_bytes,
	};

	tm_sampled_growth(&group->growth, &series);
}

static int compare(const void *a, const void *b)
{
	const struct tm_site_group *left = a;
	const struct tm_site_group *right = b;

	return tm_sampled_order(&left->growth, &right->growth);
}

enum tm_rc tm_site_groups_make(struct tm_site_groups *out,
			       const struct tm_sites *sites,
			       const struct tm_run *run, uint64_t started_ns,
			       struct tm_err *err)
{
	enum tm_rc rc = TM_ENOMEM;
	size_t i;

	memset(out, 0, sizeof(*out));
	choose_readings(out, sites, run, started_ns);
	out->groups = calloc(sites->count + 1, sizeof(*out->groups));
	if (out->groups)
		rc = group_sites(out, sites);
	if (rc != TM_OK) {
		tm_site_groups_release(out);
		return tm_fail(err, rc, "no memory for the allocation sites");
	}
	for (i = 0; i < out->count; i++)
		find_growth(out, &out->groups[i],
			    (double)sites->sampling_bytes);
	qsort(out->groups, out->count, sizeof(*out->groups), compare);
	return TM_OK;
}

void tm_site_groups_release(struct tm_site_groups *groups)
{
	size_t i;

	for (i = 0; i < groups->count; i++) {
		free(groups->groups[i].allocated);
		free(groups->groups[i].freed);
	}
	free(groups->groups);
	memset(groups, 0, sizeof(*groups));
}
