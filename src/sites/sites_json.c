#include "sites/sites_json.h"

#include <stdlib.h>
#include <string.h>

#include "sites/frames.h"
#include "util/text.h"

/* A sum of estimates has no fractions worth keeping. */
static void set_bytes(json_t *object, const char *key, double bytes)
{
	json_object_set_new(object, key, json_integer((json_int_t)bytes));
}

static json_t *text(const char *words)
{
	json_t *json = json_string(words);

	return json ? json : json_string("?"); /* no UTF-8 */
}

/* --- one site ------------------------------------------------------------- */

/* The lines of an interpreter's stack, innermost first as it wrote them. */
static json_t *script_json(const char *script)
{
	json_t *lines = json_array();

	while (script && *script) {
		size_t indent = strspn(script, " \t");
		size_t length = strcspn(script, "\n");
		json_t *line = NULL;

		if (length > indent)
			line = json_stringn(script + indent, length - indent);
		if (line)
			json_array_append_new(lines, line);
		script += length + (script[length] == '\n');
	}
	return lines;
}

static json_t *site_json(struct tm_site_names *names,
			 const struct tm_sites *sites,
			 const struct tm_site_group *group)
{
	const struct tm_sampled_growth *growth = &group->growth;
	const struct tm_site *site = group->site;
	json_t *json = json_object();

	json_object_set_new(
		json, "process",
		text(tm_base_name(sites->processes[site->process].program)));
	json_object_set_new(json, "processes",
			    json_integer(group->process_count));
	json_object_set_new(json, "grows", json_boolean(growth->grows));
	json_object_set_new(json, "has_stopped",
			    json_boolean(growth->has_stopped));
	if (group->has_growth) {
		set_bytes(json, "first_bytes", growth->first);
		set_bytes(json, "middle_bytes", growth->middle);
		set_bytes(json, "error_bytes", growth->error);
	}
	set_bytes(json, "last_bytes", growth->last);
	set_bytes(json, "allocated_bytes", group->samples_bytes);
	set_bytes(json, "samples", group->samples);
	json_object_set_new(json, "script", script_json(site->script));
	json_object_set_new(json, "stack", tm_site_names_stack(names, site));
	return json;
}

/* --- the whole ------------------------------------------------------------ */

/* The mean of the exact count at the times of the snapshots of each third, so
 * that the share that the sites explain is of the same growth. */
static void set_counted(json_t *json, const struct tm_site_groups *groups,
			const struct tm_run *run)
{
	static const char *const keys[] = {"counted_first_bytes", NULL,
					   "counted_last_bytes"};
	const struct tm_metric_series exact =
		tm_run_series(run, TM_METRIC_net_bytes);
	double sum, counted;
	size_t from, count, i;
	int third;

	for (third = 0; third < 3; third += 2) {
		tm_sampled_third(groups->x, groups->reading_count, third, &from,
				 &count);
		for (sum = 0.0, i = from; i < from + count; i++) {
			if (!tm_metric_series_at(&exact, groups->x[i],
						 &counted))
				return;
			sum += counted;
		}
		if (count)
			set_bytes(json, keys[third], sum / (double)count);
	}
}

static void set_iterations(json_t *json, const struct tm_site_groups *groups)
{
	const struct tm_site_group *group = groups->groups;

	if (groups->count && group->has_growth)
		json_object_set_new(json, "iterations",
				    json_pack("[f, f]", group->growth.first_x,
					      group->growth.last_x));
}

json_t *tm_site_json(const struct tm_sites *sites,
		     const struct tm_site_groups *groups,
		     const struct tm_run *run)
{
	struct tm_site_names *names;
	json_t *json, *list;
	size_t i;

	if (sites->sampling_bytes == 0 || groups->count == 0)
		return NULL;
	names = tm_site_names_new(sites);
	json = json_object();
	list = json_array();
	set_bytes(json, "sampling_bytes", (double)sites->sampling_bytes);
	json_object_set_new(json, "snapshots",
			    json_integer((json_int_t)groups->reading_count));
	json_object_set_new(json, "site_count",
			    json_integer((json_int_t)groups->count));
	set_iterations(json, groups);
	set_counted(json, groups, run);
	for (i = 0; i < groups->count && i < TM_SITES_KEPT; i++)
		json_array_append_new(
			list, site_json(names, sites, &groups->groups[i]));
	json_object_set_new(json, "sites", list);
	tm_site_names_free(names);
	return json;
}

static double sum_samples(const struct tm_site_groups *groups)
{
	double sum = 0.0;
	size_t i;

	for (i = 0; i < groups->count; i++)
		sum += groups->groups[i].samples;
	return sum;
}

void tm_site_json_add(struct tm_run *run, const struct tm_sites *sites,
		      uint64_t lost_samples, uint64_t started_ns)
{
	struct tm_site_groups groups;
	struct tm_err why = {0};

	if (tm_site_groups_make(&groups, sites, run, started_ns, &why) !=
	    TM_OK) {
		tm_run_note(run, "no allocation sites: %s", why.text);
		return;
	}
	run->sites = tm_site_json(sites, &groups, run);
	if (run->sites) {
		set_bytes(run->sites, "samples", sum_samples(&groups));
		set_bytes(run->sites, "lost",
			  (double)lost_samples + (double)sites->lost);
	}
	tm_site_groups_release(&groups);
}
