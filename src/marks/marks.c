#include "marks/marks.h"

#include <signal.h>

static const char *const source_names[] = {
	[TM_MARKS_AUTO] = "auto",   [TM_MARKS_FD] = "fd",
	[TM_MARKS_REGEX] = "regex", [TM_MARKS_SIGNAL] = "signal",
	[TM_MARKS_TIME] = "time",
};

const char *tm_mark_source_name(enum tm_mark_source source)
{
	return source_names[source];
}

int tm_mark_signal_is_free(int signal)
{
	return signal == SIGUSR1 || signal == SIGUSR2 ||
	       (signal >= SIGRTMIN && signal <= SIGRTMAX);
}
