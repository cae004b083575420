/*
 * outcome.h - how a run ended, and why.
 *
 * Purpose:   the outcome, and its cause as values from which a sentence is made
 *            when it is shown: the keys `outcome`, `outcome_text` and `ending`
 *            of run.json.
 * Ownership: an ending owns its text; release frees it.
 * Units:     in the names.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_OUTCOME_H
#define TM_RESULTS_OUTCOME_H

#include "results/field.h"

enum tm_outcome {
	TM_OUTCOME_COMPLETE,
	TM_OUTCOME_LIMIT,	/* stopped at the memory limit */
	TM_OUTCOME_TIMEOUT,	/* stopped at the time limit */
	TM_OUTCOME_INTERRUPTED, /* Ctrl-C or SIGTERM to tidemark */
	TM_OUTCOME_CRASHED,	/* ended by a signal of its own */
	TM_OUTCOME_FAILED	/* ended with an exit code other than 0 */
};

/* "complete" for TM_OUTCOME_COMPLETE, and the other way round; find returns 0
 * for a word that is not an outcome. */
const char *tm_outcome_name(enum tm_outcome outcome);
int tm_outcome_find(enum tm_outcome *out, const char *name);

/* What ended it, and the values that each has. */
enum tm_ending {
	TM_ENDING_NONE,		  /* complete; or only `text` is known */
	TM_ENDING_MEMORY_LIMIT,	  /* tidemark; resident_bytes, limit_bytes */
	TM_ENDING_LET_GO,	  /* the same, of one that it did not start */
	TM_ENDING_TIME_LIMIT,	  /* tidemark; limit_ms */
	TM_ENDING_INTERRUPT,	  /* the user; signal, as tidemark got it */
	TM_ENDING_SIGNAL,	  /* signal, of its own */
	TM_ENDING_KILLED,	  /* SIGKILL, not sent by tidemark */
	TM_ENDING_KILLED_GROUP,	  /* the same; its control group counts it */
	TM_ENDING_KILLED_MACHINE, /* the same; this machine counts it */
	TM_ENDING_EXIT_CODE,	  /* exit_code */
	TM_ENDING_ERROR,	  /* text, which the program reported */
	TM_ENDING_TERMINAL,	  /* text: why it did not get the terminal */
	TM_ENDING_UNMEASURABLE	  /* text: why tidemark could not go on */
};

struct tm_run_ending {
	enum tm_ending cause;
	struct tm_known_int exit_code;
	struct tm_known_int signal;
	struct tm_known_int resident_bytes;
	struct tm_known_int limit_bytes;
	struct tm_known_int limit_ms;
	char *text; /* of TM_ENDING_NONE the whole sentence */
};

#define TM_ENDING_TEXT_MAX 400

/* Of a cause other than TM_ENDING_NONE. */
enum tm_outcome tm_ending_outcome(enum tm_ending cause);

/* What the user sent: "Ctrl-C", or the signal's name. */
const char *tm_interrupt_name(int64_t signal);

/* Whether the sentence only repeats the exit code or the signal. */
int tm_ending_is_plain(const struct tm_run_ending *ending);

/* "stopped after 2.0 s, its time limit"; "" when there is nothing to say. */
void tm_ending_text(char out[TM_ENDING_TEXT_MAX],
		    const struct tm_run_ending *ending);

/* NULL without memory; {} of TM_ENDING_NONE. */
json_t *tm_run_ending_to_json(const struct tm_run_ending *ending);
/* `said` is the sentence that is stored with it, or NULL: it is kept where
 * `json` has no cause that this tidemark knows, or lacks one of its values. */
void tm_run_ending_from_json(struct tm_run_ending *out, const json_t *json,
			     const char *said);
void tm_run_ending_release(struct tm_run_ending *ending);

#endif
