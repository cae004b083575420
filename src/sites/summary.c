#include "sites/summary.h"

#include <stdlib.h>
#include <string.h>

#include "runtimes/runtimes.h"
#include "sites/frames.h"
#include "util/text.h"

/* A sum of estimates has no fractions worth keeping. */
static struct tm_known_int whole(double bytes)
{
	return tm_known_int((int64_t)bytes);
}

/* --- one site ------------------------------------------------------------- */

/* The lines of an interpreter's stack, innermost first as it wrote them. */
static void fill_script(struct tm_texts *out, const char *script)
{
	while (script && *script) {
		size_t indent = strspn(script, " \t");
		size_t length = strcspn(script, "\n");
		char *line = NULL;

		if (length > indent)
			line = strndup(script + indent, length - indent);
		if (line)
			tm_texts_add(out, line);
		free(line);
		script += length + (script[length] == '\n');
	}
}

static void fill_site(struct tm_run_site *out, struct tm_site_names *names,
		      const struct tm_sites *sites,
		      const struct tm_site_group *group)
{
	const struct tm_sampled_growth *growth = &group->growth;
	const struct tm_site *site = group->site;

	out->process = tm_text_copy(
		tm_base_name(sites->processes[site->process].program));
	out->processes = tm_known_int(group->process_count);
	out->grows = tm_known_bool(growth->grows);
	out->has_stopped = tm_known_bool(growth->has_stopped);
	if (group->has_growth) {
		out->first_bytes = whole(growth->first);
		out->middle_bytes = whole(growth->middle);
		out->error_bytes = whole(growth->error);
	}
	out->last_bytes = whole(growth->last);
	out->allocated_bytes = whole(group->samples_bytes);
	out->samples = whole(group->samples);
	fill_script(&out->script, site->script);
	tm_site_names_stack(names, site, out);
}

/* --- the whole ------------------------------------------------------------ */

/* The mean of the exact count at the times of the snapshots of a third, so
 * that the share that the sites explain is of the same growth. */
static struct tm_known_int counted_in(const struct tm_site_groups *groups,
				      const struct tm_metric_series *exact,
				      int third)
{
	double sum = 0.0, counted;
	size_t from, count, i;

	tm_sampled_third(groups->x, groups->reading_count, third, &from,
			 &count);
	for (i = from; i < from + count; i++) {
		if (!tm_metric_series_at(exact, groups->x[i], &counted))
			return (struct tm_known_int){0};
		sum += counted;
	}
	return count ? whole(sum / (double)count) : (struct tm_known_int){0};
}

static void fill_growth(struct tm_run_sites *out,
			const struct tm_site_groups *groups,
			const struct tm_run *run)
{
	const struct tm_metric_series exact =
		tm_run_series(run, TM_METRIC_net_bytes);
	const struct tm_site_group *group = groups->groups;

	if (group->has_growth) {
		out->first_x = tm_known_real(group->growth.first_x);
		out->last_x = tm_known_real(group->growth.last_x);
	}
	out->counted_first_bytes = counted_in(groups, &exact, 0);
	out->counted_last_bytes = counted_in(groups, &exact, 2);
}

/* Whether it is what a helper of --inside allocates. */
static int is_agents(const struct tm_run_site *site)
{
	size_t i;

	for (i = 0; i < site->depth; i++) {
		if (site->stack[i].function &&
		    tm_language_is_agents_function(site->stack[i].function))
			return 1;
	}
	return 0;
}

static void fill_list(struct tm_run_sites *out, const struct tm_sites *sites,
		      const struct tm_site_groups *groups)
{
	struct tm_site_names *names = tm_site_names_new(sites);
	size_t kept = groups->count, i;

	if (kept > TM_SITES_KEPT)
		kept = TM_SITES_KEPT;
	out->sites = calloc(kept, sizeof(*out->sites));
	for (i = 0; out->sites && i < groups->count && out->count < kept; i++) {
		struct tm_run_site *site = &out->sites[out->count];

		fill_site(site, names, sites, &groups->groups[i]);
		if (is_agents(site))
			tm_run_site_release(site);
		else
			out->count++;
	}
	tm_site_names_free(names);
}

static double sum_samples(const struct tm_site_groups *groups)
{
	double sum = 0.0;
	size_t i;

	for (i = 0; i < groups->count; i++)
		sum += groups->groups[i].samples;
	return sum;
}

void tm_sites_summarize(struct tm_run *run, const struct tm_sites *sites,
			uint64_t lost_samples, uint64_t started_ns)
{
	struct tm_run_sites *out = &run->sites;
	struct tm_site_groups groups;
	struct tm_err why = {0};

	if (tm_site_groups_make(&groups, sites, run, started_ns, &why) !=
	    TM_OK) {
		tm_run_note(run, "no allocation sites: %s", why.text);
		return;
	}
	tm_run_sites_release(out);
	if (sites->sampling_bytes && groups.count) {
		out->is_known = 1;
		out->sampling_bytes = tm_known_count(sites->sampling_bytes);
		out->samples = whole(sum_samples(&groups));
		out->lost = tm_known_count(lost_samples + sites->lost);
		out->snapshots = tm_known_count(groups.reading_count);
		out->site_count = tm_known_count(groups.count);
		fill_growth(out, &groups, run);
		fill_list(out, sites, &groups);
	}
	tm_site_groups_release(&groups);
}
