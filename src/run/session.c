#include "run/session.h"

#include <string.h>

#include "util/clock.h"

void tm_session_init(struct tm_session *session, struct tm_run *run,
		     const struct tm_measure_opts *opts)
{
	memset(session, 0, sizeof(*session));
	session->opts = opts;
	session->run = run;
	session->program.child =
		(struct tm_child){.pid = -1, .marks_fd = -1, .ack_fd = -1};
	session->program.pid_fd = -1;
	session->marks.signal_fd = -1;
	session->pause.fd = -1;
	session->started_ns = tm_clock_ns();
}

uint64_t tm_session_elapsed_ns(const struct tm_session *session)
{
	return tm_clock_ns() - session->started_ns;
}
