#include "cli/runs.h"

#include <limits.h>
#include <stdlib.h>

#include "results/find.h"
#include "results/store.h"

enum tm_rc tm_cli_runs_add(struct tm_cli_runs *runs, struct tm_run *run,
			   struct tm_err *err)
{
	struct tm_run **grown = realloc(
		runs->runs, (runs->count + 1) * sizeof(struct tm_run *));

	if (!grown) {
		tm_run_free(run);
		return tm_fail(err, TM_ENOMEM, "no memory for a run");
	}
	runs->runs = grown;
	runs->runs[runs->count++] = run;
	return TM_OK;
}

void tm_cli_runs_release(struct tm_cli_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++)
		tm_run_free(runs->runs[i]);
	free(runs->runs);
	runs->runs = NULL;
	runs->count = 0;
}

static enum tm_rc load_folder(struct tm_cli_runs *runs, const char *folder,
			      struct tm_err *err)
{
	struct tm_run *run;
	enum tm_rc rc = tm_run_load(&run, folder, err);

	return rc == TM_OK ? tm_cli_runs_add(runs, run, err) : rc;
}

static enum tm_rc load_newest(struct tm_cli_runs *runs,
			      const struct tm_cli_store *store,
			      struct tm_err *err)
{
	uint64_t age = store->last;
	char folder[PATH_MAX];
	enum tm_rc rc = TM_OK;

	while (age-- > 0 && rc == TM_OK) {
		rc = tm_run_find_newest(store->directory, age, folder,
					sizeof(folder), err);
		if (rc == TM_OK)
			rc = load_folder(runs, folder, err);
	}
	return rc;
}

enum tm_rc tm_cli_runs_load(struct tm_cli_runs *runs, char *const *names,
			    const struct tm_cli_store *store,
			    struct tm_err *err)
{
	char folder[PATH_MAX];
	enum tm_rc rc = TM_OK;

	for (; *names && rc == TM_OK; names++) {
		rc = tm_run_find(store->directory, *names, folder,
				 sizeof(folder), err);
		if (rc == TM_OK)
			rc = load_folder(runs, folder, err);
	}
	return rc == TM_OK ? load_newest(runs, store, err) : rc;
}

/* --- showing them --------------------------------------------------------- */

static struct tm_content content_of(const struct tm_cli_runs *runs,
				    enum tm_subject subject)
{
	return (struct tm_content){
		.subject = subject,
		.runs = (const struct tm_run *const *)runs->runs,
		.run_count = runs->count};
}

enum tm_rc tm_cli_runs_export(const struct tm_cli_runs *runs,
			      const struct tm_gate *gate,
			      const struct tm_cli_exports *exports,
			      struct tm_err *err)
{
	struct tm_content content = content_of(runs, TM_SUBJECT_RUNS);

	content.gate = gate;
	content.shows_verdict = 1;
	return tm_cli_export(exports, &content, err);
}

int tm_cli_runs_have_samples(const struct tm_cli_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (runs->runs[i]->sample_count)
			return 1;
	}
	return 0;
}

enum tm_rc tm_cli_runs_print(const struct tm_cli_runs *runs, int shows_verdict,
			     FILE *out, struct tm_err *err)
{
	const struct tm_style style = tm_cli_style(out);
	struct tm_content content = content_of(runs, TM_SUBJECT_RUNS);

	content.shows_verdict = shows_verdict;
	return tm_cli_print(out, &content, &style, err);
}

enum tm_rc tm_cli_runs_print_differences(const struct tm_cli_runs *runs,
					 struct tm_err *err)
{
	const struct tm_content content =
		content_of(runs, TM_SUBJECT_DIFFERENCE);
	const struct tm_style style = tm_cli_style(stdout);

	return tm_cli_print(stdout, &content, &style, err);
}
