#include "gate/comparable.h"

#include <stdlib.h>
#include <string.h>

/* Facts that must be equal, and their names in the message. */
static const struct {
	const char *key, *text;
} facts[] = {
	{"allocator", "allocator"},
	{"machine", "architecture"},
	{"page_bytes", "page size"},
	{"sanitizer", "sanitizer"},
};

#define FACT_SANITIZER 3

#define FACT_COUNT (sizeof(facts) / sizeof(*facts))

static const struct tm_fact *fact_of(const struct tm_run *run, size_t at)
{
	return tm_facts_find(&run->environment.facts, facts[at].key);
}

json_t *tm_comparable_environment_of(const struct tm_run *run)
{
	json_t *kept = json_object();
	size_t i;

	for (i = 0; kept && i < FACT_COUNT; i++) {
		const struct tm_fact *fact = fact_of(run, i);

		if (fact && json_object_set_new(kept, fact->key,
						tm_fact_json(fact)) != 0) {
			json_decref(kept);
			return NULL;
		}
	}
	return kept;
}

json_t *tm_comparable_options_of(const struct tm_run *run)
{
	const struct tm_facts *options = &run->request.options;
	json_t *kept = tm_facts_json(options);
	size_t i;

	for (i = 0; kept && i < options->count; i++) {
		const char *key = options->facts[i].key;

		if (!tm_run_request_compares(&run->request, key))
			json_object_del(kept, key);
	}
	if (kept && run->unit != TM_UNIT_ITERATION &&
	    json_object_set_new(kept, "unit",
				json_string(tm_unit_name(run->unit))) != 0) {
		json_decref(kept);
		return NULL;
	}
	return kept;
}

/* As text, which the caller frees.  Takes `json`; NULL is "none". */
static char *text_of(json_t *json)
{
	char *text;

	if (!json)
		text = strdup("none");
	else if (json_is_string(json))
		text = strdup(json_string_value(json));
	else
		text = json_dumps(json, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	json_decref(json);
	return text;
}

/* Why a run cannot be compared with a file. */
struct mismatch {
	const char *what;
	json_t *kept; /* in the file */
	json_t *own;  /* the run's */
};

/* Takes the JSON. */
static enum tm_rc fail_differs(const char *path, const struct tm_run *run,
			       const struct mismatch *mismatch,
			       struct tm_err *err)
{
	char *kept = text_of(mismatch->kept);
	char *own = text_of(mismatch->own);

	tm_fail(err, TM_EUSAGE,
		"'%.100s' cannot be compared with '%.60s': its %s is %.50s, "
		"but here it is %.50s; save a baseline of this build",
		path, run->name, mismatch->what, kept ? kept : "?",
		own ? own : "?");
	free(kept);
	free(own);
	return TM_EUSAGE;
}

/* A process may end before the libraries that it has loaded are read; then
 * neither its allocator is known nor whether it has a sanitizer.  One whose
 * libraries were read and show no sanitizer has none. */
static int is_read(const struct tm_facts *kept, const struct tm_run *run)
{
	return tm_facts_find(kept, "allocator") &&
	       tm_facts_find(&run->environment.facts, "allocator");
}

enum tm_rc tm_comparable_environment(const char *path,
				     const struct tm_facts *kept,
				     const struct tm_run *run,
				     struct tm_err *err)
{
	size_t i;

	for (i = 0; i < FACT_COUNT; i++) {
		const struct tm_fact *then = tm_facts_find(kept, facts[i].key);
		const struct tm_fact *now = fact_of(run, i);
		struct mismatch mismatch = {.what = facts[i].text};

		if (i < FACT_SANITIZER ? !then || !now : !is_read(kept, run))
			continue;
		if (tm_fact_is_same(then, now))
			continue;
		mismatch.kept = then ? tm_fact_json(then) : NULL;
		mismatch.own = now ? tm_fact_json(now) : NULL;
		return fail_differs(path, run, &mismatch, err);
	}
	return TM_OK;
}

enum tm_rc tm_comparable_options(const char *path, json_t *kept,
				 const struct tm_run *run, struct tm_err *err)
{
	struct mismatch mismatch = {
		.what = "set of options",
		.kept = json_incref(kept),
		.own = tm_comparable_options_of(run),
	};

	if (mismatch.own && !json_equal(kept, mismatch.own) &&
	    (json_object_size(kept) || json_object_size(mismatch.own)))
		return fail_differs(path, run, &mismatch, err);
	json_decref(mismatch.kept);
	if (!mismatch.own)
		return tm_fail(err, TM_ENOMEM, "no memory for options");
	json_decref(mismatch.own);
	return TM_OK;
}

enum tm_rc tm_comparable_unit(const char *path, enum tm_unit kept,
			      const struct tm_run *run, struct tm_err *err)
{
	if (kept == run->unit)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "'%.100s' cannot be compared with '%.60s': it counts by "
		       "the %.20s, but here it is by the %s",
		       path, run->name, tm_unit_name(kept),
		       tm_unit_name(run->unit));
}

enum tm_rc tm_comparable_runs(const struct tm_run *const *runs, size_t count,
			      struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 1; i < count && rc == TM_OK; i++)
		rc = tm_comparable_unit(runs[0]->name, runs[0]->unit, runs[i],
					err);
	return rc;
}
