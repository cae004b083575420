#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "results/outcome.h"

struct row {
	enum tm_ending cause;
	enum tm_outcome outcome;
	const char *said;
};

/* Of a run with all values that an ending may have. */
static const struct row rows[] = {
	{TM_ENDING_MEMORY_LIMIT, TM_OUTCOME_LIMIT,
	 "stopped at 3 MiB resident: the memory limit is 2 MiB"},
	{TM_ENDING_LET_GO, TM_OUTCOME_LIMIT,
	 "detached at 3 MiB resident: the memory limit is 2 MiB"},
	{TM_ENDING_TIME_LIMIT, TM_OUTCOME_TIMEOUT,
	 "stopped after 2.5 s, its time limit"},
	{TM_ENDING_INTERRUPT, TM_OUTCOME_INTERRUPTED, "interrupted by Ctrl-C"},
	{TM_ENDING_SIGNAL, TM_OUTCOME_CRASHED, "ended by signal 2 (Interrupt)"},
	{TM_ENDING_KILLED, TM_OUTCOME_CRASHED,
	 "killed by SIGKILL, not sent by tidemark (the program, another "
	 "process, "
	 "or the kernel out of memory may have sent it)"},
	{TM_ENDING_KILLED_GROUP, TM_OUTCOME_CRASHED,
	 "killed by the kernel's out-of-memory killer (one more such kill is "
	 "counted in its control group)"},
	{TM_ENDING_KILLED_MACHINE, TM_OUTCOME_CRASHED,
	 "killed by SIGKILL, most likely by the kernel's out-of-memory killer "
	 "(one more such kill is counted on this machine)"},
	{TM_ENDING_EXIT_CODE, TM_OUTCOME_FAILED, "ended with exit code 0"},
	{TM_ENDING_ERROR, TM_OUTCOME_FAILED, "no broker"},
	{TM_ENDING_TERMINAL, TM_OUTCOME_FAILED,
	 "stopped: it tried to use the terminal, but no broker"},
	{TM_ENDING_UNMEASURABLE, TM_OUTCOME_FAILED, "no broker"},
};

#define ROW_COUNT (sizeof(rows) / sizeof(*rows))

static struct tm_run_ending back;

static void stop(void)
{
	tm_run_ending_release(&back);
}

TestSuite(outcome, .fini = stop);

static struct tm_run_ending whole(enum tm_ending cause)
{
	static char said[] = "no broker";

	return (struct tm_run_ending){
		.cause = cause,
		.exit_code = tm_known_int(0),
		.signal = tm_known_int(SIGINT),
		.resident_bytes = tm_known_int(3 << 20),
		.limit_bytes = tm_known_int(2 << 20),
		.limit_ms = tm_known_int(2500),
		.text = said,
	};
}

static void expect_said(const struct tm_run_ending *ending, const char *said)
{
	char text[TM_ENDING_TEXT_MAX];

	tm_ending_text(text, ending);
	cr_expect_str_eq(text, said);
}

Test(outcome, is_said_by_its_cause)
{
	size_t i;

	for (i = 0; i < ROW_COUNT; i++) {
		struct tm_run_ending ending = whole(rows[i].cause);

		expect_said(&ending, rows[i].said);
		cr_expect_eq(tm_ending_outcome(rows[i].cause), rows[i].outcome);
	}
}

Test(outcome, survives_a_round_trip_whatever_its_cause)
{
	size_t i;

	for (i = 0; i < ROW_COUNT; i++) {
		struct tm_run_ending ending = whole(rows[i].cause);
		json_t *json = tm_run_ending_to_json(&ending);

		tm_run_ending_from_json(&back, json, "another sentence");
		json_decref(json);
		cr_expect_eq(back.cause, rows[i].cause);
		cr_expect(back.exit_code.is_known);
		cr_expect_eq(back.exit_code.value, 0);
		cr_expect_eq(back.limit_ms.value, 2500);
		cr_expect_str_eq(back.text, "no broker");
		expect_said(&back, rows[i].said);
		tm_run_ending_release(&back);
	}
}

Test(outcome, of_a_complete_run_has_nothing_to_say)
{
	struct tm_run_ending none = {0};
	json_t *json = tm_run_ending_to_json(&none);

	cr_expect_eq(json_object_size(json), 0);
	json_decref(json);
	expect_said(&none, "");
	cr_expect_not(tm_ending_is_plain(&none));
}

/* A run from before there were causes, or from after this tidemark. */
Test(outcome, without_a_known_cause_keeps_its_sentence)
{
	static const char *const texts[] = {
		"null",
		"{\"cause\": \"meteor\", \"text\": \"x\"}",
		("{\"cause\": \"meteor\", \"resident_bytes\": 1, "
		 "\"limit_bytes\": 2}"),
		"{\"cause\": \"\"}",
		"{\"cause\": \"time limit\"}",
		"{\"cause\": \"exit code\", \"signal\": 3}"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *json = json_loads(texts[i], JSON_DECODE_ANY, NULL);

		tm_run_ending_from_json(&back, json, "it was so");
		json_decref(json);
		cr_expect_eq(back.cause, TM_ENDING_NONE, "%s", texts[i]);
		expect_said(&back, "it was so");
		cr_expect_not(back.signal.is_known);
		tm_run_ending_release(&back);
	}
	tm_run_ending_from_json(&back, NULL, NULL);
	expect_said(&back, "");
}

/* A cause whose values are not all there cannot be said. */
Test(outcome, needs_all_values_of_its_cause)
{
	static const char *const texts[] = {
		"{\"cause\": \"memory limit\", \"resident_bytes\": 1}",
		"{\"cause\": \"memory limit\", \"limit_bytes\": 1}",
		"{\"cause\": \"let go at memory limit\", \"limit_bytes\": 1}",
		"{\"cause\": \"interrupt\", \"exit_code\": 1}",
		"{\"cause\": \"signal\", \"exit_code\": 1}",
		"{\"cause\": \"error\", \"exit_code\": 1}",
		"{\"cause\": \"terminal\"}",
		"{\"cause\": \"unmeasurable\"}"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *json = json_loads(texts[i], 0, NULL);

		tm_run_ending_from_json(&back, json, "as stored");
		json_decref(json);
		cr_expect_eq(back.cause, TM_ENDING_NONE, "%s", texts[i]);
		cr_expect_not(back.limit_bytes.is_known);
		expect_said(&back, "as stored");
		tm_run_ending_release(&back);
	}
}

Test(outcome, that_was_killed_needs_no_values)
{
	json_t *json = json_loads("{\"cause\": \"killed\"}", 0, NULL);

	tm_run_ending_from_json(&back, json, "as stored");
	json_decref(json);
	cr_expect_eq(back.cause, TM_ENDING_KILLED);
	cr_expect_null(back.text);
}

Test(outcome, without_its_text_can_be_said)
{
	struct tm_run_ending ending = {.cause = TM_ENDING_TERMINAL};

	expect_said(&ending,
		    "stopped: it tried to use the terminal, but did not get "
		    "it");
	ending.cause = TM_ENDING_ERROR;
	expect_said(&ending, "");
}

Test(outcome, is_plain_when_it_repeats_the_status)
{
	size_t i;

	for (i = 0; i < ROW_COUNT; i++) {
		struct tm_run_ending ending = whole(rows[i].cause);

		cr_expect_eq(tm_ending_is_plain(&ending),
			     rows[i].cause == TM_ENDING_EXIT_CODE ||
				     rows[i].cause == TM_ENDING_SIGNAL);
	}
}

Test(outcome, by_the_user_is_named_as_it_was_typed)
{
	cr_expect_str_eq(tm_interrupt_name(SIGINT), "Ctrl-C");
	cr_expect_str_eq(tm_interrupt_name(SIGQUIT), "Ctrl-\\");
	cr_expect_str_eq(tm_interrupt_name(SIGTERM), "Terminated");
}
