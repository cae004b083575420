/* Judge runs, and run again what needs it: tm_cli_judge(). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gating.h"

#define REPLICATES     3 /* of which two must fail */
#define ITERATIONS_MAX 1000000000000u

/* A run that counts, and how it came about. */
struct entry {
	const struct tm_run *run;
	const struct tm_job *job; /* NULL: cannot be run again */
	unsigned int look;
};

struct judge {
	const struct tm_cli_gating *gating;
	const struct tm_cli_case *what;
	struct tm_baseline baseline;
	struct entry *entries;
	size_t count;
	struct tm_gate *gate;
	struct tm_err *err;
};

static const struct tm_job *find_job(const struct tm_suite *suite,
				     const struct tm_run *run)
{
	const char *name = tm_run_job(run);
	size_t i;

	for (i = 0; suite && i < suite->count; i++) {
		if (suite->jobs[i].name &&
		    strcmp(suite->jobs[i].name, name) == 0)
			return &suite->jobs[i];
	}
	return NULL;
}

static enum tm_rc add_entry(struct judge *judge, const struct tm_run *run,
			    unsigned int look)
{
	struct entry *grown = realloc(
		judge->entries, (judge->count + 1) * sizeof(*judge->entries));

	if (!grown)
		return tm_fail(judge->err, TM_ENOMEM, "no memory to judge");
	judge->entries = grown;
	grown[judge->count].run = run;
	grown[judge->count].job = find_job(judge->what->suite, run);
	grown[judge->count++].look = look;
	return TM_OK;
}

/* --- judging -------------------------------------------------------------- */

/* What the run keeps holds where the baseline says nothing, that where the
 * suite does not, and that where no option does. */
static enum tm_rc make_judging(struct judge *judge, const struct entry *entry,
			       struct tm_judging *out)
{
	const struct tm_cli_gating *gating = judge->gating;
	struct tm_judging given;
	struct tm_budget kept;
	enum tm_rc rc = TM_OK;
	int known = 1;

	tm_judging_of(out, entry->run);
	tm_budget_init(&kept);
	if (judge->baseline.json)
		rc = tm_baseline_apply(&judge->baseline, entry->run, &kept,
				       &known, judge->err);
	if (rc == TM_OK && !known)
		rc = tm_gate_miss(judge->gate, judge->err,
				  "'%.80s' is not in the baseline '%.120s': "
				  "`tidemark baseline save` adds it",
				  tm_run_job(entry->run), gating->baseline);
	tm_budget_override(&out->budget, &kept);
	if (entry->job)
		tm_budget_override(&out->budget, &entry->job->budget);
	tm_cli_gating_judging(gating, &given);
	tm_judging_override(out, &given);
	return rc;
}

static enum tm_rc judge_all(struct judge *judge)
{
	struct tm_verdict_opts opts;
	struct tm_judging judging;
	enum tm_rc rc = TM_OK;
	size_t i;

	tm_gate_release(judge->gate);
	for (i = 0; i < judge->count && rc == TM_OK; i++) {
		rc = make_judging(judge, &judge->entries[i], &judging);
		opts = tm_judging_opts(&judging);
		opts.look = judge->entries[i].look;
		if (rc == TM_OK)
			rc = tm_gate_add(judge->gate, judge->entries[i].run,
					 &opts, judge->err);
	}
	if (rc == TM_OK && judge->baseline.json)
		rc = tm_baseline_miss(&judge->baseline, judge->gate,
				      judge->err);
	if (rc == TM_OK)
		tm_gate_settle(judge->gate, judge->gating->confirm);
	return rc;
}

/* --- running again -------------------------------------------------------- */

/* The iterations of look 1: as the job says, else as the run did. */
static uint64_t iterations_of(const struct entry *entry)
{
	const char *text = entry->job->value[TM_JOB_iterations];
	const struct tm_run *run = entry->run;

	if (text)
		return strtoull(text, NULL, 10);
	if (run->sample_count == 0)
		return 0;
	return run->samples[run->sample_count - 1].iteration >>
	       (entry->look - 1);
}

static enum tm_rc run_again(struct judge *judge, const struct entry *entry,
			    unsigned int look, const struct tm_run **out)
{
	struct tm_cli_session *session = judge->what->session;
	uint64_t iterations = iterations_of(entry) << (look - 1);
	struct tm_job job;
	char text[32];
	enum tm_rc rc;

	*out = NULL;
	tm_job_init(&job);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)iterations);
	rc = tm_job_set_name(&job, entry->job->name, judge->err);
	if (rc == TM_OK)
		rc = tm_job_inherit(&job, entry->job, judge->err);
	if (rc == TM_OK && look > 1 && iterations &&
	    iterations <= ITERATIONS_MAX)
		rc = tm_job_set(&job, TM_JOB_iterations, text, judge->err);
	if (rc == TM_OK && judge->what->again)
		rc = judge->what->again(judge->what, &job, judge->err);
	else if (rc == TM_OK)
		rc = tm_cli_session_run(session, &job, NULL, judge->err);
	if (rc == TM_OK)
		*out = session->runs.runs[session->runs.count - 1];
	tm_job_release(&job);
	return rc;
}

static int can_go_on(const struct judge *judge)
{
	return judge->what->session && !judge->what->session->interrupted;
}

/* Run what is inconclusive once more, longer; *again says whether any was. */
static enum tm_rc extend(struct judge *judge, int *again)
{
	const struct tm_run *run;
	enum tm_rc rc = TM_OK;
	size_t i;

	*again = 0;
	for (i = 0; i < judge->count && rc == TM_OK && can_go_on(judge); i++) {
		struct entry *entry = &judge->entries[i];

		if (!judge->gate->verdicts[i].extend || !entry->job)
			continue;
		if (!judge->what->session->quiet)
			tm_cli_warn("%s: inconclusive; running it twice as "
				    "long, look %u of %d",
				    entry->run->name, entry->look + 1,
				    TM_CLI_LOOKS_MAX);
		rc = run_again(judge, entry, entry->look + 1, &run);
		if (rc != TM_OK)
			break;
		entry->run = run;
		entry->look++;
		*again = 1;
	}
	return rc;
}

static size_t count_job(const struct judge *judge, const char *name)
{
	size_t count = 0, i;

	for (i = 0; i < judge->count; i++)
		count += strcmp(tm_run_job(judge->entries[i].run), name) == 0;
	return count;
}

/* Replicates of every job that would fail. */
static enum tm_rc confirm(struct judge *judge)
{
	size_t judged = judge->count;
	const struct tm_run *run;
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < judged && rc == TM_OK; i++) {
		struct entry entry = judge->entries[i];
		const char *name = tm_run_job(entry.run);

		if (judge->gate->verdicts[i].standing != TM_JUDGEMENT_FAIL ||
		    !entry.job)
			continue;
		while (rc == TM_OK && can_go_on(judge) &&
		       count_job(judge, name) < REPLICATES) {
			if (!judge->what->session->quiet)
				tm_cli_warn("%s: over its budget; running it "
					    "again to confirm",
					    name);
			rc = run_again(judge, &entry, entry.look, &run);
			if (rc == TM_OK)
				rc = add_entry(judge, run, entry.look);
		}
	}
	return rc;
}

/* --- all of it ------------------------------------------------------------ */

static enum tm_rc work(struct judge *judge)
{
	enum tm_rc rc = TM_OK;
	int again = 1;
	size_t i;

	for (i = 0; i < judge->what->runs->count && rc == TM_OK; i++)
		rc = add_entry(judge, judge->what->runs->runs[i], 1);
	if (rc == TM_OK)
		rc = judge_all(judge);
	while (rc == TM_OK && judge->gating->extend && again) {
		rc = extend(judge, &again);
		if (rc == TM_OK)
			rc = judge_all(judge);
	}
	if (rc == TM_OK && judge->gating->confirm) {
		rc = confirm(judge);
		if (rc == TM_OK)
			rc = judge_all(judge);
	}
	return rc;
}

enum tm_rc tm_cli_judge(struct tm_gate *gate,
			const struct tm_cli_gating *gating,
			const struct tm_cli_case *what, struct tm_err *err)
{
	struct judge judge = {
		.gating = gating, .what = what, .gate = gate, .err = err};
	enum tm_rc rc = TM_OK;

	if (gating->baseline)
		rc = tm_baseline_load(&judge.baseline, gating->baseline, err);
	if (rc == TM_OK)
		rc = work(&judge);
	tm_baseline_release(&judge.baseline);
	free(judge.entries);
	return rc;
}
