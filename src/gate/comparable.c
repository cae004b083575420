#include "gate/comparable.h"

#include <stdlib.h>
#include <string.h>

/* What must be the same, and what the refusal calls it. */
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

/* Options that change how long or how closely is looked, not what is done. */
static const char *const free_options[] = {
	"iterations", "every", "pause_ms", "inject_leak", "read_timeout_ms",
};

json_t *tm_comparable_environment_of(const struct tm_run *run)
{
	json_t *kept = json_object();
	json_t *value;
	size_t i;

	for (i = 0; kept && i < FACT_COUNT; i++) {
		value = json_object_get(run->environment, facts[i].key);
		if (value)
			json_object_set(kept, facts[i].key, value);
	}
	return kept;
}

json_t *tm_comparable_options_of(const struct tm_run *run)
{
	json_t *options = json_object_get(run->request, "options");
	json_t *kept =
		json_is_object(options) ? json_copy(options) : json_object();
	size_t i;

	for (i = 0; kept && i < sizeof(free_options) / sizeof(*free_options);
	     i++)
		json_object_del(kept, free_options[i]);
	if (kept && run->unit != TM_UNIT_ITERATION)
		json_object_set_new(kept, "unit",
				    json_string(tm_unit_name(run->unit)));
	return kept;
}

/* A fact in words; free() it. */
static char *words_of(const json_t *value)
{
	if (!value)
		return strdup("none");
	if (json_is_string(value))
		return strdup(json_string_value(value));
	return json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
}

/* What keeps a run from being compared with a file. */
struct mismatch {
	const char *what;
	const json_t *kept; /* in the file */
	const json_t *own;  /* the run's */
};

static enum tm_rc fail_differs(const char *path, const struct tm_run *run,
			       const struct mismatch *mismatch,
			       struct tm_err *err)
{
	char *kept_words = words_of(mismatch->kept);
	char *own_words = words_of(mismatch->own);

	tm_fail(err, TM_EUSAGE,
		"'%.100s' cannot be compared with '%.60s': its %s is %.50s, "
		"here it is %.50s; save a baseline of this build",
		path, run->name, mismatch->what, kept_words ? kept_words : "?",
		own_words ? own_words : "?");
	free(kept_words);
	free(own_words);
	return TM_EUSAGE;
}

/* A process may end before anybody looks at what it has loaded; then neither
 * its allocator is known nor whether it has a sanitizer.  One that was looked
 * at and shows no sanitizer has none. */
static int is_looked_at(const json_t *kept, const struct tm_run *run)
{
	return json_object_get(kept, "allocator") &&
	       json_object_get(run->environment, "allocator");
}

enum tm_rc tm_comparable_environment(const char *path, const json_t *kept,
				     const struct tm_run *run,
				     struct tm_err *err)
{
	size_t i;

	for (i = 0; i < FACT_COUNT; i++) {
		const json_t *then = json_object_get(kept, facts[i].key);
		const json_t *now =
			json_object_get(run->environment, facts[i].key);

		if (i < FACT_SANITIZER ? !then || !now
				       : !is_looked_at(kept, run))
			continue;
		if ((then || now) && !json_equal(then, now))
			return fail_differs(
				path, run,
				&(struct mismatch){facts[i].text, then, now},
				err);
	}
	return TM_OK;
}

enum tm_rc tm_comparable_options(const char *path, json_t *kept,
				 const struct tm_run *run, struct tm_err *err)
{
	json_t *own = tm_comparable_options_of(run);
	enum tm_rc rc = TM_OK;

	if (!own)
		return tm_fail(err, TM_ENOMEM, "no memory for options");
	if (!json_equal(kept, own) &&
	    (json_object_size(kept) || json_object_size(own)))
		rc = fail_differs(
			path, run,
			&(struct mismatch){"set of options", kept, own}, err);
	json_decref(own);
	return rc;
}

enum tm_rc tm_comparable_unit(const char *path, enum tm_unit kept,
			      const struct tm_run *run, struct tm_err *err)
{
	if (kept == run->unit)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "'%.100s' cannot be compared with '%.60s': it counts by "
		       "the %.20s, here it is by the %s",
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
