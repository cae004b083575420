#include "cli/ab.h"

#include <stdio.h>
#include <string.h>

#include "suite/catalog.h"
#include "util/text.h"

#define SIDES 2

struct side {
	char **argv; /* the program first, ended by NULL */
	struct tm_job job;
};

static enum tm_rc fail_commands(struct tm_err *err)
{
	return tm_fail(err, TM_EUSAGE,
		       "--ab needs two commands: compare --ab -- A [ARG...] "
		       "-- B [ARG...]");
}

/* Split the arguments at their "--". */
static enum tm_rc split(struct side *sides, char **arguments,
			struct tm_err *err)
{
	size_t i;

	for (i = 0; arguments[i] && strcmp(arguments[i], "--") != 0; i++)
		;
	if (i == 0 || !arguments[i] || !arguments[i + 1])
		return fail_commands(err);
	arguments[i] = NULL;
	sides[0].argv = arguments;
	sides[1].argv = arguments + i + 1;
	for (i = 0; sides[1].argv[i]; i++) {
		if (strcmp(sides[1].argv[i], "--") == 0)
			return fail_commands(err);
	}
	return TM_OK;
}

/* The side's letter before the program's name, as both sides may run the same
 * program. */
static enum tm_rc set_job(struct side *side, const struct tm_job *given,
			  const char *letter, struct tm_err *err)
{
	char name[256], label[272];
	enum tm_rc rc;

	tm_catalog_name(tm_base_name(side->argv[0]), name, sizeof(name));
	snprintf(label, sizeof(label), "%s-%s", letter, name);
	rc = tm_job_set_name(&side->job, label, err);
	if (rc == TM_OK)
		rc = tm_job_set_scenario(&side->job, side->argv[0], err);
	if (rc == TM_OK)
		rc = tm_job_override(&side->job, given, err);
	return rc;
}

static enum tm_rc run_in_turns(struct tm_cli_session *session,
			       const struct side *sides, uint64_t times,
			       struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	uint64_t turn;

	/* A B, B A, A B, ... */
	for (turn = 0; turn < SIDES * times && rc == TM_OK; turn++) {
		const struct side *side =
			&sides[(turn % SIDES) ^ ((turn / SIDES) % SIDES)];

		if (session->interrupted)
			break;
		rc = tm_cli_session_run(session, &side->job, side->argv + 1,
					err);
		if (tm_interrupt_take(&session->interrupt))
			session->interrupted = 1;
	}
	return rc;
}

enum tm_rc tm_cli_ab_run(struct tm_cli_session *session, char **arguments,
			 uint64_t times, const struct tm_job *given,
			 struct tm_err *err)
{
	struct side sides[SIDES];
	enum tm_rc rc;

	tm_job_init(&sides[0].job);
	tm_job_init(&sides[1].job);
	rc = split(sides, arguments, err);
	if (rc == TM_OK)
		rc = set_job(&sides[0], given, "a", err);
	if (rc == TM_OK)
		rc = set_job(&sides[1], given, "b", err);
	if (rc == TM_OK)
		rc = run_in_turns(session, sides, times, err);
	tm_job_release(&sides[0].job);
	tm_job_release(&sides[1].job);
	return rc;
}
