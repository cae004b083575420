#include "gate/procedure.h"

#include <stdlib.h>
#include <string.h>

/* A run that counts, and how it came about. */
struct tm_procedure_entry {
	const struct tm_run *run;
	const void *job; /* NULL: cannot be run again */
	const struct tm_budget *budget;
	unsigned int look;
};

enum tm_rc tm_procedure_open(struct tm_procedure *procedure,
			     struct tm_gate *gate,
			     const struct tm_procedure_opts *opts,
			     struct tm_err *err)
{
	memset(procedure, 0, sizeof(*procedure));
	procedure->opts = *opts;
	procedure->gate = gate;
	if (!opts->baseline)
		return TM_OK;
	return tm_baseline_load(&procedure->baseline, opts->baseline, err);
}

void tm_procedure_close(struct tm_procedure *procedure)
{
	tm_baseline_release(&procedure->baseline);
	free(procedure->entries);
	memset(procedure, 0, sizeof(*procedure));
}

static enum tm_rc add_entry(struct tm_procedure *procedure,
			    const struct tm_procedure_entry *entry,
			    struct tm_err *err)
{
	struct tm_procedure_entry *grown =
		realloc(procedure->entries,
			(procedure->count + 1) * sizeof(*procedure->entries));

	if (!grown)
		return tm_fail(err, TM_ENOMEM, "no memory to judge");
	procedure->entries = grown;
	grown[procedure->count++] = *entry;
	return TM_OK;
}

enum tm_rc tm_procedure_add(struct tm_procedure *procedure,
			    const struct tm_run *run, const void *job,
			    const struct tm_budget *budget, struct tm_err *err)
{
	struct tm_procedure_entry entry = {
		.run = run, .job = job, .budget = budget, .look = 1};

	return add_entry(procedure, &entry, err);
}

/* --- judging -------------------------------------------------------------- */

/* What the run keeps holds where the baseline says nothing, that where its job
 * does not, and that where no option does. */
static enum tm_rc make_judging(const struct tm_procedure *procedure,
			       const struct tm_procedure_entry *entry,
			       struct tm_judging *out, struct tm_err *err)
{
	const struct tm_baseline *baseline = &procedure->baseline;
	struct tm_budget kept;
	enum tm_rc rc = TM_OK;
	int known = 1;

	tm_judging_of(out, entry->run);
	tm_budget_init(&kept);
	if (baseline->is_made)
		rc = tm_baseline_apply(baseline, entry->run, &kept, &known,
				       err);
	if (rc == TM_OK && !known)
		rc = tm_gate_miss(procedure->gate, err,
				  "'%.80s' is not in the baseline '%.120s': "
				  "`tidemark baseline save` adds it",
				  tm_run_job(entry->run), baseline->path);
	tm_budget_override(&out->budget, &kept);
	if (entry->budget)
		tm_budget_override(&out->budget, entry->budget);
	tm_judging_override(out, procedure->opts.given);
	return rc;
}

static enum tm_rc judge_one(const struct tm_procedure *procedure,
			    const struct tm_procedure_entry *entry,
			    struct tm_err *err)
{
	struct tm_verdict_opts opts;
	struct tm_judging judging;
	enum tm_rc rc = make_judging(procedure, entry, &judging, err);

	opts = tm_judging_opts(&judging);
	opts.look = entry->look;
	if (rc == TM_OK)
		rc = tm_gate_add(procedure->gate, entry->run, &opts, err);
	return rc;
}

static enum tm_rc judge(const struct tm_procedure *procedure,
			struct tm_err *err)
{
	struct tm_gate *gate = procedure->gate;
	enum tm_rc rc = TM_OK;
	size_t i;

	tm_gate_release(gate);
	for (i = 0; i < procedure->count && rc == TM_OK; i++)
		rc = judge_one(procedure, &procedure->entries[i], err);
	if (rc == TM_OK && procedure->baseline.is_made)
		rc = tm_baseline_miss(&procedure->baseline, gate, err);
	if (rc == TM_OK)
		tm_gate_settle(gate, procedure->opts.confirms);
	return rc;
}

/* --- running again -------------------------------------------------------- */

static enum tm_rc run_again(const struct tm_procedure *procedure,
			    const struct tm_procedure_entry *entry,
			    enum tm_again_reason reason,
			    const struct tm_run **out, struct tm_err *err)
{
	struct tm_again again = {.reason = reason,
				 .run = entry->run,
				 .job = entry->job,
				 .run_look = entry->look,
				 .look = entry->look};

	if (reason == TM_AGAIN_LONGER)
		again.look++;
	*out = NULL;
	return procedure->opts.run_again(procedure->opts.context, &again, out,
					 err);
}

/* Run what is inconclusive once more, longer; sets *any when something was. */
static enum tm_rc lengthen(struct tm_procedure *procedure, int *any,
			   struct tm_err *err)
{
	size_t i;

	for (i = 0; i < procedure->count; i++) {
		struct tm_procedure_entry *entry = &procedure->entries[i];
		const struct tm_run *run;
		enum tm_rc rc;

		if (!procedure->gate->verdicts[i].extend || !entry->job)
			continue;
		rc = run_again(procedure, entry, TM_AGAIN_LONGER, &run, err);
		if (rc != TM_OK || !run)
			return rc;
		entry->run = run;
		entry->look++;
		*any = 1;
	}
	return TM_OK;
}

static size_t count_job(const struct tm_procedure *procedure, const char *name)
{
	size_t count = 0, i;

	for (i = 0; i < procedure->count; i++)
		count += strcmp(tm_run_job(procedure->entries[i].run), name) ==
			 0;
	return count;
}

/* Replicates of every job that would fail; sets *any when one was added. */
static enum tm_rc confirm(struct tm_procedure *procedure, int *any,
			  struct tm_err *err)
{
	size_t judged = procedure->count;
	size_t i;

	for (i = 0; i < judged; i++) {
		struct tm_procedure_entry entry = procedure->entries[i];
		const char *name = tm_run_job(entry.run);

		if (procedure->gate->verdicts[i].standing !=
			    TM_JUDGEMENT_FAIL ||
		    !entry.job)
			continue;
		while (count_job(procedure, name) < TM_REPLICATES) {
			struct tm_procedure_entry replicate = entry;
			enum tm_rc rc =
				run_again(procedure, &entry, TM_AGAIN_CONFIRM,
					  &replicate.run, err);

			if (rc == TM_OK && !replicate.run)
				return TM_OK;
			if (rc == TM_OK)
				rc = add_entry(procedure, &replicate, err);
			if (rc != TM_OK)
				return rc;
			*any = 1;
		}
	}
	return TM_OK;
}

/* --- the states ----------------------------------------------------------- */

/* `state`, or the first behind it that is asked for and possible. */
static enum tm_procedure_state skip_unasked(
	const struct tm_procedure_opts *opts, enum tm_procedure_state state)
{
	if (!opts->run_again)
		return TM_PROCEDURE_DONE;
	if (state == TM_PROCEDURE_LENGTHEN && !opts->lengthens)
		state = TM_PROCEDURE_CONFIRM;
	if (state == TM_PROCEDURE_CONFIRM && !opts->confirms)
		state = TM_PROCEDURE_DONE;
	return state;
}

enum tm_rc tm_procedure_step(struct tm_procedure *procedure, struct tm_err *err)
{
	enum tm_procedure_state next = procedure->state;
	enum tm_rc rc = TM_OK;
	int any = 0; /* whether there is something new to judge */

	switch (procedure->state) {
	case TM_PROCEDURE_JUDGE:
		any = 1;
		next = TM_PROCEDURE_LENGTHEN;
		break;
	case TM_PROCEDURE_LENGTHEN:
		rc = lengthen(procedure, &any, err);
		if (!any)
			next = TM_PROCEDURE_CONFIRM;
		break;
	case TM_PROCEDURE_CONFIRM:
		rc = confirm(procedure, &any, err);
		next = TM_PROCEDURE_DONE;
		break;
	case TM_PROCEDURE_DONE:
		return TM_OK;
	}
	if (rc == TM_OK && any)
		rc = judge(procedure, err);
	if (rc == TM_OK)
		procedure->state = skip_unasked(&procedure->opts, next);
	return rc;
}

enum tm_rc tm_procedure_finish(struct tm_procedure *procedure,
			       struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && procedure->state != TM_PROCEDURE_DONE)
		rc = tm_procedure_step(procedure, err);
	return rc;
}
