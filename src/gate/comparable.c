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

int tm_comparable_environment_of(struct tm_facts *out, const struct tm_run *run)
{
	size_t i;

	for (i = 0; i < FACT_COUNT; i++) {
		const struct tm_fact *fact = fact_of(run, i);

		if (fact && !tm_facts_add(out, fact)) {
			tm_facts_release(out);
			return 0;
		}
	}
	return 1;
}

int tm_comparable_options_of(struct tm_facts *out, const struct tm_run *run)
{
	const struct tm_facts *options = &run->request.options;
	size_t i;

	out->is_known = 1;
	for (i = 0; i < options->count; i++) {
		const struct tm_fact *fact = &options->facts[i];

		if (tm_run_request_compares(&run->request, fact->key) &&
		    !tm_facts_add(out, fact)) {
			tm_facts_release(out);
			return 0;
		}
	}
	return 1;
}

/* Why a run cannot be compared with a file. */
struct mismatch {
	const char *what;
	char *kept; /* in the file; NULL without memory */
	char *own;  /* the run's */
};

/* Takes the texts. */
static enum tm_rc fail_differs(const char *path, const struct tm_run *run,
			       const struct mismatch *mismatch,
			       struct tm_err *err)
{
	tm_fail(err, TM_EUSAGE,
		"'%.100s' cannot be compared with '%.60s': its %s is %.50s, "
		"but here it is %.50s; save a baseline of this build",
		path, run->name, mismatch->what,
		mismatch->kept ? mismatch->kept : "?",
		mismatch->own ? mismatch->own : "?");
	free(mismatch->kept);
	free(mismatch->own);
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
		mismatch.kept = tm_fact_say(then);
		mismatch.own = tm_fact_say(now);
		return fail_differs(path, run, &mismatch, err);
	}
	return TM_OK;
}

enum tm_rc tm_comparable_options(const char *path, const struct tm_facts *kept,
				 const struct tm_run *run, struct tm_err *err)
{
	struct mismatch mismatch = {.what = "set of options"};
	struct tm_facts own = {0};
	enum tm_rc rc = TM_OK;

	if (!tm_comparable_options_of(&own, run))
		return tm_fail(err, TM_ENOMEM, "no memory for options");
	if (!tm_facts_are_same(kept, &own)) {
		mismatch.kept = tm_facts_say(kept);
		mismatch.own = tm_facts_say(&own);
		rc = fail_differs(path, run, &mismatch, err);
	}
	tm_facts_release(&own);
	return rc;
}

enum tm_rc tm_comparable_unit(const char *path, enum tm_unit kept,
			      const struct tm_run *run, struct tm_err *err)
{
	if (kept == run->unit)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "'%.100s' cannot be compared with '%.60s': it has rates "
		       "per %.20s, this run has rates per %s",
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
