#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../support/memory.h"
#include "../support/runs.h"
#include "gate/procedure.h"

/* --- runs ----------------------------------------------------------------- */

enum shape { FLAT, GROWS, UNEVEN };

static struct tm_run *runs[16];
static size_t run_count;

/* No budget of 16 bytes can be told from this one. */
static void make_uneven(struct tm_run *run)
{
	unsigned int state = 1;
	size_t i;

	for (i = 0; i < run->sample_count; i++) {
		state = state * 1103515245u + 12345u;
		tm_sample_set(&run->samples[i], TM_METRIC_allocated_bytes,
			      1000000 + (state >> 8) % 1000000);
	}
}

static struct tm_run *make_run(const char *job, enum shape shape)
{
	struct tm_run *run = run_new(job);

	runs[run_count++] = run;
	run->request.job = strdup(job);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6,
		  shape == GROWS ? 900 : 0);
	if (shape == UNEVEN)
		make_uneven(run);
	return run;
}

/* --- the hook ------------------------------------------------------------- */

/* What the hook was asked for, and what it gives: shapes in their order, then
 * nothing any more. */
static struct tm_again asked[16];
static size_t asked_count;
static enum shape given_shapes[16];
static size_t given_count;
static enum tm_rc hook_rc;

static enum tm_rc give_next(void *context, const struct tm_again *again,
			    const struct tm_run **out, struct tm_err *err)
{
	cr_assert_eq(context, asked);
	cr_assert_null(*out);
	asked[asked_count] = *again;
	if (hook_rc != TM_OK)
		return tm_fail(err, hook_rc, "the hook");
	if (asked_count < given_count)
		*out = make_run(again->job, given_shapes[asked_count]);
	asked_count++;
	return TM_OK;
}

static void give(enum shape shape)
{
	given_shapes[given_count++] = shape;
}

/* --- the procedure -------------------------------------------------------- */

static struct tm_gate gate;
static struct tm_procedure procedure;
static struct tm_judging judging;
static struct tm_procedure_opts opts;
static struct tm_err err;

static void start(void)
{
	tm_judging_init(&judging);
	judging.looks_max = TM_LOOKS_MAX;
	opts = (struct tm_procedure_opts){.given = &judging,
					  .lengthens = 1,
					  .confirms = 1,
					  .run_again = give_next,
					  .context = asked};
}

static void stop(void)
{
	tm_procedure_close(&procedure);
	tm_gate_release(&gate);
	while (run_count > 0)
		run_free(runs[--run_count]);
}

TestSuite(procedure, .init = start, .fini = stop);

static void open_it(void)
{
	cr_assert_eq(tm_procedure_open(&procedure, &gate, &opts, &err), TM_OK,
		     "%s", err.text);
}

static void add(char *job, enum shape shape)
{
	cr_assert_eq(tm_procedure_add(&procedure, make_run(job, shape), job,
				      NULL, &err),
		     TM_OK);
}

static enum tm_procedure_state step(void)
{
	cr_assert_eq(tm_procedure_step(&procedure, &err), TM_OK, "%s",
		     err.text);
	return procedure.state;
}

static char a[] = "a", b[] = "b";

/* --- from JUDGE ----------------------------------------------------------- */

Test(procedure, judges_first_and_runs_nothing)
{
	open_it();
	add(a, UNEVEN);
	add(b, GROWS);
	cr_assert_eq(procedure.state, TM_PROCEDURE_JUDGE);
	cr_assert_eq(gate.count, 0);
	cr_assert_eq(step(), TM_PROCEDURE_LENGTHEN);
	cr_assert_eq(gate.count, 2);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
	cr_assert_eq(asked_count, 0);
}

Test(procedure, passes_over_lengthening_that_was_not_asked_for)
{
	opts.lengthens = 0;
	open_it();
	add(a, UNEVEN);
	cr_assert_eq(step(), TM_PROCEDURE_CONFIRM);
}

Test(procedure, is_done_when_nothing_was_asked_for)
{
	opts.lengthens = opts.confirms = 0;
	open_it();
	add(a, GROWS);
	cr_assert_eq(step(), TM_PROCEDURE_DONE);
	cr_assert_eq(step(), TM_PROCEDURE_DONE);
	cr_assert_eq(gate.failed, 1);
	cr_assert_eq(asked_count, 0);
}

Test(procedure, is_done_when_nothing_can_be_run_again)
{
	opts.run_again = NULL;
	open_it();
	add(a, UNEVEN);
	cr_assert_eq(step(), TM_PROCEDURE_DONE);
}

Test(procedure, judges_no_runs_as_inconclusive)
{
	open_it();
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
}

/* --- from LENGTHEN -------------------------------------------------------- */

Test(procedure, lengthens_what_is_inconclusive_and_looks_again)
{
	open_it();
	add(a, UNEVEN);
	add(b, FLAT);
	give(FLAT);
	step();
	cr_assert_eq(step(), TM_PROCEDURE_LENGTHEN);
	cr_assert_eq(asked_count, 1);
	cr_assert_eq(asked[0].reason, TM_AGAIN_LONGER);
	cr_assert_eq(asked[0].job, a);
	cr_assert_eq(asked[0].run, runs[0]);
	cr_assert_eq(asked[0].run_look, 1);
	cr_assert_eq(asked[0].look, 2);
	cr_assert_eq(gate.count, 2, "the longer run takes the other's place");
	cr_assert_eq(gate.verdicts[0].run, runs[2]);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_PASS);
	cr_assert_eq(step(), TM_PROCEDURE_CONFIRM);
	cr_assert_eq(asked_count, 1);
}

Test(procedure, lengthens_until_no_look_is_left)
{
	open_it();
	add(a, UNEVEN);
	give(UNEVEN);
	give(UNEVEN);
	give(UNEVEN);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(asked_count, TM_LOOKS_MAX - 1);
	cr_assert_eq(asked[1].run, runs[1]);
	cr_assert_eq(asked[1].run_look, 2);
	cr_assert_eq(asked[1].look, 3);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
}

Test(procedure, lengthens_nothing_without_a_job)
{
	open_it();
	cr_assert_eq(tm_procedure_add(&procedure, make_run(a, UNEVEN), NULL,
				      NULL, &err),
		     TM_OK);
	step();
	cr_assert_eq(step(), TM_PROCEDURE_CONFIRM);
	cr_assert_eq(asked_count, 0);
}

Test(procedure, stops_lengthening_when_nothing_may_be_run_any_more)
{
	open_it();
	add(a, UNEVEN);
	add(b, UNEVEN);
	step();
	cr_assert_eq(step(), TM_PROCEDURE_CONFIRM);
	cr_assert_eq(asked_count, 1, "the second is not asked for");
	cr_assert_eq(gate.verdicts[0].run, runs[0]);
	cr_assert_eq(gate.inconclusive, 2);
}

/* --- from CONFIRM --------------------------------------------------------- */

Test(procedure, confirms_a_failure_by_three_runs)
{
	opts.lengthens = 0;
	open_it();
	add(a, GROWS);
	add(b, FLAT);
	give(GROWS);
	give(FLAT);
	step();
	cr_assert_eq(step(), TM_PROCEDURE_DONE);
	cr_assert_eq(asked_count, 2);
	cr_assert_eq(asked[1].reason, TM_AGAIN_CONFIRM);
	cr_assert_eq(asked[1].job, a);
	cr_assert_eq(asked[1].look, 1);
	cr_assert_eq(asked[1].run_look, 1);
	cr_assert_eq(gate.count, 4, "replicates stand beside the first");
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
	cr_assert_eq(gate.failed, 3, "also the one that was flat");
}

Test(procedure, confirms_each_failure)
{
	opts.lengthens = 0;
	open_it();
	add(a, FLAT);
	add(b, GROWS);
	give(GROWS);
	give(GROWS);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(asked_count, 2);
	cr_assert_eq(asked[0].job, b);
	cr_assert_eq(asked[1].job, b);
	cr_assert_eq(gate.count, 4);
}

Test(procedure, drops_a_failure_that_two_runs_do_not_confirm)
{
	opts.lengthens = 0;
	open_it();
	add(a, GROWS);
	give(FLAT);
	give(FLAT);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_PASS);
}

Test(procedure, counts_the_replicates_that_are_there)
{
	opts.lengthens = 0;
	open_it();
	add(a, GROWS);
	add(a, GROWS);
	give(GROWS);
	give(GROWS);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(asked_count, 1);
	cr_assert_eq(gate.count, TM_REPLICATES);
}

Test(procedure, confirms_nothing_that_does_not_fail)
{
	opts.lengthens = 0;
	open_it();
	add(a, UNEVEN);
	add(b, FLAT);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(asked_count, 0);
}

Test(procedure, replicates_are_as_long_as_what_they_confirm)
{
	open_it();
	add(a, UNEVEN);
	give(GROWS);
	give(GROWS);
	give(GROWS);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(asked_count, 3);
	cr_assert_eq(asked[1].reason, TM_AGAIN_CONFIRM);
	cr_assert_eq(asked[1].run, runs[1]);
	cr_assert_eq(asked[1].run_look, 2);
	cr_assert_eq(asked[1].look, 2);
	cr_assert_eq(gate.failed, 3);
}

Test(procedure, stops_confirming_when_nothing_may_be_run_any_more)
{
	opts.lengthens = 0;
	open_it();
	add(a, GROWS);
	add(b, GROWS);
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_OK);
	cr_assert_eq(asked_count, 1);
	cr_assert_eq(gate.count, 2);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
}

/* --- errors --------------------------------------------------------------- */

Test(procedure, keeps_its_state_when_the_hook_fails)
{
	hook_rc = TM_EUNAVAILABLE;
	open_it();
	add(a, UNEVEN);
	step();
	cr_assert_eq(tm_procedure_finish(&procedure, &err), TM_EUNAVAILABLE);
	cr_assert_str_eq(err.text, "the hook");
	cr_assert_eq(procedure.state, TM_PROCEDURE_LENGTHEN);
	cr_assert_eq(gate.count, 1, "what was judged before stays");
}

Test(procedure, is_not_opened_with_a_baseline_that_cannot_be_read)
{
	opts.baseline = "/nowhere/baseline.json";
	cr_assert_eq(tm_procedure_open(&procedure, &gate, &opts, &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "baseline"), "%s", err.text);
}

/* --- budgets -------------------------------------------------------------- */

Test(procedure, lets_an_option_win_over_the_jobs_budget)
{
	struct tm_budget generous;

	tm_budget_init(&generous);
	generous.all = 1e6;
	opts.lengthens = opts.confirms = 0;
	open_it();
	cr_assert_eq(tm_procedure_add(&procedure, make_run(a, GROWS), a,
				      &generous, &err),
		     TM_OK);
	step();
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_PASS);
	procedure.state = TM_PROCEDURE_JUDGE;
	judging.budget.all = 16;
	step();
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
}

/* --- without memory ------------------------------------------------------- */

static enum tm_rc give_same_job(void *context, const struct tm_again *again,
				const struct tm_run **out, struct tm_err *why)
{
	(void)context;
	(void)why;
	*out = runs[strcmp(again->job, a) == 0 ? 0 : 2];
	return TM_OK;
}

static enum tm_rc go_through(struct tm_err *why)
{
	struct tm_gate own = {0};
	struct tm_procedure whole = {0};
	enum tm_rc rc;
	size_t i;

	opts.run_again = give_same_job;
	rc = tm_procedure_open(&whole, &own, &opts, why);
	for (i = 0; i < 3 && rc == TM_OK; i++)
		rc = tm_procedure_add(&whole, runs[i], i ? b : a, NULL, why);
	if (rc == TM_OK)
		rc = tm_procedure_finish(&whole, why);
	tm_procedure_close(&whole);
	tm_gate_release(&own);
	return rc;
}

Test(procedure, may_be_refused_memory)
{
	make_run(a, FLAT);
	make_run(b, UNEVEN);
	make_run(b, GROWS);
	open_it();
	memory_sweep(go_through);
}
