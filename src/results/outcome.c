#include "results/outcome.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/amount.h"
#include "util/err.h"
#include "util/text.h"

#define MS_PER_SECOND 1000.0

static const char *const outcome_names[] = {
	[TM_OUTCOME_COMPLETE] = "complete",
	[TM_OUTCOME_LIMIT] = "limit",
	[TM_OUTCOME_TIMEOUT] = "timeout",
	[TM_OUTCOME_INTERRUPTED] = "interrupted",
	[TM_OUTCOME_CRASHED] = "crashed",
	[TM_OUTCOME_FAILED] = "failed",
};

#define OUTCOME_COUNT (sizeof(outcome_names) / sizeof(*outcome_names))

const char *tm_outcome_name(enum tm_outcome outcome)
{
	return outcome_names[outcome];
}

int tm_outcome_find(enum tm_outcome *out, const char *name)
{
	unsigned int i;

	for (i = 0; i < OUTCOME_COUNT; i++) {
		if (strcmp(outcome_names[i], name) == 0) {
			*out = (enum tm_outcome)i;
			return 1;
		}
	}
	return 0;
}

/* --- what ended it -------------------------------------------------------- */

/* The name is what is stored. */
static const struct {
	const char *name;
	enum tm_outcome outcome;
} causes[] = {
	[TM_ENDING_NONE] = {"", TM_OUTCOME_COMPLETE},
	[TM_ENDING_MEMORY_LIMIT] = {"memory limit", TM_OUTCOME_LIMIT},
	[TM_ENDING_LET_GO] = {"let go at memory limit", TM_OUTCOME_LIMIT},
	[TM_ENDING_TIME_LIMIT] = {"time limit", TM_OUTCOME_TIMEOUT},
	[TM_ENDING_INTERRUPT] = {"interrupt", TM_OUTCOME_INTERRUPTED},
	[TM_ENDING_SIGNAL] = {"signal", TM_OUTCOME_CRASHED},
	[TM_ENDING_KILLED] = {"killed", TM_OUTCOME_CRASHED},
	[TM_ENDING_KILLED_GROUP] = {"killed in control group",
				    TM_OUTCOME_CRASHED},
	[TM_ENDING_KILLED_MACHINE] = {"killed on machine", TM_OUTCOME_CRASHED},
	[TM_ENDING_EXIT_CODE] = {"exit code", TM_OUTCOME_FAILED},
	[TM_ENDING_ERROR] = {"error", TM_OUTCOME_FAILED},
	[TM_ENDING_TERMINAL] = {"terminal", TM_OUTCOME_FAILED},
	[TM_ENDING_UNMEASURABLE] = {"unmeasurable", TM_OUTCOME_FAILED},
};

#define CAUSE_COUNT (sizeof(causes) / sizeof(*causes))

enum tm_outcome tm_ending_outcome(enum tm_ending cause)
{
	return causes[cause].outcome;
}

int tm_ending_is_plain(const struct tm_run_ending *ending)
{
	return ending->cause == TM_ENDING_EXIT_CODE ||
	       ending->cause == TM_ENDING_SIGNAL;
}

/* --- the sentence --------------------------------------------------------- */

/* Whether all values are there that the cause has. */
static int is_whole(const struct tm_run_ending *ending)
{
	switch (ending->cause) {
	case TM_ENDING_MEMORY_LIMIT:
	case TM_ENDING_LET_GO:
		return ending->resident_bytes.is_known &&
		       ending->limit_bytes.is_known;
	case TM_ENDING_TIME_LIMIT:
		return ending->limit_ms.is_known;
	case TM_ENDING_INTERRUPT:
	case TM_ENDING_SIGNAL:
		return ending->signal.is_known;
	case TM_ENDING_EXIT_CODE:
		return ending->exit_code.is_known;
	case TM_ENDING_ERROR:
	case TM_ENDING_TERMINAL:
	case TM_ENDING_UNMEASURABLE:
		return ending->text != NULL;
	case TM_ENDING_NONE:
	case TM_ENDING_KILLED:
	case TM_ENDING_KILLED_GROUP:
	case TM_ENDING_KILLED_MACHINE:
		break;
	}
	return 1;
}

static const char *signal_name(int64_t signal)
{
	return strsignal((int)signal);
}

const char *tm_interrupt_name(int64_t signal)
{
	if (signal == SIGINT)
		return "Ctrl-C";
	return signal == SIGQUIT ? "Ctrl-\\" : signal_name(signal);
}

static void say(char out[TM_ENDING_TEXT_MAX], const char *format, ...)
	TM_PRINTF(2, 3);

static void say(char out[TM_ENDING_TEXT_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, TM_ENDING_TEXT_MAX, format, args);
	va_end(args);
}

/* By tidemark, or for it. */
static void say_stopped(char out[TM_ENDING_TEXT_MAX],
			const struct tm_run_ending *ending)
{
	char resident[TM_AMOUNT_MAX], limit[TM_AMOUNT_MAX];

	tm_amount_format(resident, (double)ending->resident_bytes.value,
			 "bytes");
	tm_amount_format(limit, (double)ending->limit_bytes.value, "bytes");
	if (ending->cause == TM_ENDING_TIME_LIMIT)
		say(out, "stopped after %.1f s, its time limit",
		    (double)ending->limit_ms.value / MS_PER_SECOND);
	else if (ending->cause == TM_ENDING_INTERRUPT)
		say(out, "interrupted by %s",
		    tm_interrupt_name(ending->signal.value));
	else
		say(out, "%s at %s resident: the memory limit is %s",
		    ending->cause == TM_ENDING_LET_GO ? "detached" : "stopped",
		    resident, limit);
}

static void say_killed(char out[TM_ENDING_TEXT_MAX], enum tm_ending cause)
{
	if (cause == TM_ENDING_KILLED_GROUP)
		say(out, "killed by the kernel's out-of-memory killer (one "
			 "more such kill is counted in its control group)");
	else if (cause == TM_ENDING_KILLED_MACHINE)
		say(out, "killed by SIGKILL, most likely by the kernel's "
			 "out-of-memory killer (one more such kill is counted "
			 "on this machine)");
	else
		say(out, "killed by SIGKILL, not sent by tidemark (the "
			 "program, another process, or the kernel out of "
			 "memory may have sent it)");
}

void tm_ending_text(char out[TM_ENDING_TEXT_MAX],
		    const struct tm_run_ending *ending)
{
	*out = '\0';
	switch (ending->cause) {
	case TM_ENDING_MEMORY_LIMIT:
	case TM_ENDING_LET_GO:
	case TM_ENDING_TIME_LIMIT:
	case TM_ENDING_INTERRUPT:
		say_stopped(out, ending);
		break;
	case TM_ENDING_KILLED:
	case TM_ENDING_KILLED_GROUP:
	case TM_ENDING_KILLED_MACHINE:
		say_killed(out, ending->cause);
		break;
	case TM_ENDING_SIGNAL:
		say(out, "ended by signal %d (%s)", (int)ending->signal.value,
		    signal_name(ending->signal.value));
		break;
	case TM_ENDING_EXIT_CODE:
		say(out, "ended with exit code %d",
		    (int)ending->exit_code.value);
		break;
	case TM_ENDING_TERMINAL:
		say(out, "stopped: it tried to use the terminal, but %s",
		    ending->text ? ending->text : "did not get it");
		break;
	case TM_ENDING_NONE:
	case TM_ENDING_ERROR:
	case TM_ENDING_UNMEASURABLE:
		say(out, "%s", ending->text ? ending->text : "");
		break;
	}
	tm_text_clean(out);
}

/* --- JSON ----------------------------------------------------------------- */

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_ending, INT, exit_code),
	TM_FIELD(tm_run_ending, INT, signal),
	TM_FIELD(tm_run_ending, INT, resident_bytes),
	TM_FIELD(tm_run_ending, INT, limit_bytes),
	TM_FIELD(tm_run_ending, INT, limit_ms),
	TM_FIELD(tm_run_ending, TEXT, text),
	TM_FIELD_END,
};

json_t *tm_run_ending_to_json(const struct tm_run_ending *ending)
{
	json_t *json = json_object();

	if (json && ending->cause != TM_ENDING_NONE &&
	    (json_object_set_new(json, "cause",
				 json_string(causes[ending->cause].name)) !=
		     0 ||
	     tm_fields_write(json, ending, fields) != 0)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static enum tm_ending find_cause(const char *name)
{
	unsigned int i;

	for (i = TM_ENDING_NONE + 1; name && i < CAUSE_COUNT; i++) {
		if (strcmp(causes[i].name, name) == 0)
			return (enum tm_ending)i;
	}
	return TM_ENDING_NONE;
}

void tm_run_ending_from_json(struct tm_run_ending *out, const json_t *json,
			     const char *said)
{
	out->cause =
		find_cause(json_string_value(json_object_get(json, "cause")));
	tm_fields_read(out, fields, json);
	if (out->cause != TM_ENDING_NONE && is_whole(out))
		return;
	tm_run_ending_release(out);
	out->text = tm_text_copy(said);
}

void tm_run_ending_release(struct tm_run_ending *ending)
{
	tm_fields_release(ending, fields);
	memset(ending, 0, sizeof(*ending));
}
