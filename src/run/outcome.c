#include <signal.h>
#include <string.h>

#include "run/session.h"

/* A peak is above all that samples saw when it is so much higher: page counts
 * of several threads reach the kernel's total in batches. */
#define PEAK_SHARE 1.1
#define PEAK_SLACK (1024 * 1024)

/* --- how ------------------------------------------------------------------ */

static void set_killed(struct tm_session *session, enum tm_oom_evidence oom)
{
	struct tm_run *run = session->run;

	if (oom == TM_OOM_GROUP)
		tm_run_set_outcome(
			run, TM_OUTCOME_CRASHED,
			"killed by the kernel's out-of-memory killer "
			"(its control group counts one more such "
			"kill)");
	else if (oom == TM_OOM_MACHINE)
		tm_run_set_outcome(run, TM_OUTCOME_CRASHED,
				   "killed by SIGKILL, most likely by the "
				   "kernel's out-of-memory killer (the machine "
				   "counts one more such kill)");
	else
		tm_run_set_outcome(run, TM_OUTCOME_CRASHED,
				   "killed by SIGKILL, which tidemark did not "
				   "send (the kernel's out-of-memory killer "
				   "does that)");
}

static void set_signaled(struct tm_session *session, int signal)
{
	enum tm_oom_evidence oom = tm_oom_check(&session->oom);

	if (signal == SIGKILL)
		set_killed(session, oom);
	else if (signal == SIGINT &&
		 session->opts->child.input == TM_CHILD_INPUT_TERMINAL)
		tm_run_set_outcome(session->run, TM_OUTCOME_INTERRUPTED,
				   "interrupted by Ctrl-C");
	else
		tm_run_set_outcome(session->run, TM_OUTCOME_CRASHED,
				   "ended by signal %d (%s)", signal,
				   strsignal(signal));
}

/* A worker of its own may be what was killed. */
static void note_oom(struct tm_session *session)
{
	if (tm_oom_check(&session->oom) == TM_OOM_GROUP)
		tm_run_note(session->run,
			    "the kernel's out-of-memory killer killed a "
			    "process in its control group");
}

/* --- what it used --------------------------------------------------------- */

/* A child may have come, grown and gone between two looks. */
static void note_unseen_peak(struct tm_session *session, uint64_t largest)
{
	uint64_t seen = session->seen_bytes;

	if (!session->has_probe ||
	    (double)largest <= PEAK_SHARE * (double)seen + PEAK_SLACK)
		return;
	tm_run_note(session->run,
		    "one of its processes held %.1f MiB at its peak, and no "
		    "sample saw more than %.1f MiB of all of them: that memory "
		    "came and went between two samples",
		    (double)largest / 1048576.0, (double)seen / 1048576.0);
}

static void set_usage(struct tm_session *session)
{
	uint64_t largest = tm_usage_largest_bytes(
		&session->usage, session->orphans.largest_bytes);

	json_decref(session->run->usage);
	session->run->usage = tm_usage_json(&session->usage, largest);
	if (!session->stopped) /* else it grew until it was stopped */
		note_unseen_peak(session, largest);
}

void tm_ending_set(struct tm_session *session, enum tm_child_state state,
		   int status)
{
	const char *error = session->collector.error;
	struct tm_run *run = session->run;

	set_usage(session);
	if (session->opts->attach) {
		if (!session->detached)
			tm_run_note(run, "the program ended; how, only the "
					 "one who started it is told");
		return;
	}
	if (state == TM_CHILD_EXITED)
		run->exit_code = status;
	else if (state == TM_CHILD_SIGNALED)
		run->signal = status;
	if (session->stopped)
		return;
	if (state == TM_CHILD_SIGNALED) {
		set_signaled(session, status);
		return;
	}
	note_oom(session);
	if (status != 0 && error)
		tm_run_set_outcome(run, TM_OUTCOME_FAILED, "%s", error);
	else if (status != 0)
		tm_run_set_outcome(run, TM_OUTCOME_FAILED,
				   "ended with exit code %d", status);
	else if (error)
		tm_run_note(run, "it reported an error and went on: %s", error);
}

void tm_ending_mind_orphans(struct tm_session *session)
{
	char names[120];
	size_t count;

	if (session->opts->attach)
		return;
	if (session->stopped) {
		tm_orphans_kill(&session->orphans);
		return;
	}
	count = tm_orphans_left(&session->orphans, names, sizeof(names));
	if (count)
		tm_run_note(session->run,
			    "it left %zu process%s running (%s), which go%s "
			    "on unmeasured; tidemark exec --pid PID measures "
			    "one",
			    count, count == 1 ? "" : "es", names,
			    count == 1 ? "es" : "");
}
