#include "sites/summary.h"

#include <stdlib.h>
#include <string.h>

#include "runtimes/runtimes.h"
#include "sites/frames.h"
#include "sites/growth.h"
#include "util/text.h"

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
	const struct tm_site *site = group->site;

	out->process = tm_text_copy(
		tm_base_name(sites->processes[site->process].program));
	out->processes = tm_known_int(group->process_count);
	tm_site_growth_file(out, &group->growth);
	out->allocated_bytes = tm_site_whole(group->samples_bytes);
	out->samples = tm_site_whole(group->samples);
	fill_script(&out->script, site->script);
	tm_site_names_stack(names, site, out);
}

/* --- the whole ------------------------------------------------------------ */

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
	const struct tm_metric_series exact =
		tm_run_series(run, TM_METRIC_net_bytes);
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
		out->samples = tm_site_whole(sum_samples(&groups));
		out->lost = tm_known_count(lost_samples + sites->lost);
		out->snapshots = tm_known_count(groups.reading_count);
		out->site_count = tm_known_count(groups.count);
		tm_sites_growth_file(out, &groups.groups[0].growth,
				     &(struct tm_site_moments){
					     groups.x, groups.reading_count},
				     &exact);
		fill_list(out, sites, &groups);
	}
	tm_site_groups_release(&groups);
}
