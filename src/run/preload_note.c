#include "run/preload_note.h"

/* A process is not counted for the moment between its start and the loading of
 * the library; only a longer time is worth a note. */
#define PARTIAL_SHARE 0.05

static void note_the_program(struct tm_run *run,
			     const struct tm_preload *preload,
			     const struct tm_preload_setup *setup)
{
	if (preload->root_seen)
		return;
	if (*setup->reason)
		tm_run_note(run,
			    "the program itself is not counted from inside: %s",
			    setup->reason);
	else
		tm_run_note(run, "the program itself is not counted from "
				 "inside: it ended too soon, or did not load "
				 "the library");
}

static void note_the_others(struct tm_run *run,
			    const struct tm_preload *preload)
{
	double share = preload->samples ? (double)preload->partial_samples /
						  (double)preload->samples
					: 0.0;

	if (preload->seen && share > PARTIAL_SHARE)
		tm_run_note(run,
			    "up to %llu of %llu processes are not in the "
			    "counted bytes: they did not load the library",
			    (unsigned long long)preload->uncounted_max,
			    (unsigned long long)preload->processes_max);
	if (preload->lost_samples)
		tm_run_note(run,
			    "%llu sampled allocations are lost: there was no "
			    "room for their site",
			    (unsigned long long)preload->lost_samples);
}

void tm_preload_note(struct tm_run *run, const struct tm_preload *preload,
		     const struct tm_preload_setup *setup)
{
	note_the_program(run, preload, setup);
	note_the_others(run, preload);
	if (preload->python_seen && setup->sets_pythonmalloc)
		tm_run_note(run,
			    "PYTHONMALLOC=malloc was set, so that Python's "
			    "small objects are counted; by default they "
			    "come from Python's own arenas");
}
