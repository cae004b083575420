#include "run/preload_note.h"
#include "util/amount.h"

/* A process is not counted for the moment between its start and the loading of
 * the library, where one or two samples may fall; only a longer time is worth a
 * note. */
#define PARTIAL_SHARE 0.05
#define PARTIAL_LEAST 3

static void note_uncounted_program(struct tm_run *run,
				   const struct tm_preload *preload,
				   const struct tm_preload_setup *setup)
{
	if (preload->root_seen)
		return;
	if (*setup->reason)
		tm_run_note(
			run,
			"allocations of the program itself are not counted: %s",
			setup->reason);
	else
		tm_run_note(
			run,
			"allocations of the program itself are not counted: it "
			"ended too soon, or did not load the library");
}

static void note_uncounted_processes(struct tm_run *run,
				     const struct tm_preload *preload)
{
	double share = preload->samples ? (double)preload->partial_samples /
						  (double)preload->samples
					: 0.0;
	char lost[TM_AMOUNT_MAX];

	if (preload->seen && share > PARTIAL_SHARE &&
	    preload->partial_samples >= PARTIAL_LEAST)
		tm_run_note(run,
			    "up to %llu of %llu processes are not in the "
			    "counted bytes: they did not load the library",
			    (unsigned long long)preload->uncounted_max,
			    (unsigned long long)preload->processes_max);
	tm_amount_format(lost, (double)preload->lost_samples,
			 "sampled allocations");
	if (preload->lost_samples)
		tm_run_note(run, "%s %s lost: there was no room for %s site",
			    lost, preload->lost_samples == 1 ? "is" : "are",
			    preload->lost_samples == 1 ? "its" : "their");
}

/* Those of runtimes that the program has started: kept by name, and noted. */
static void note_variables(struct tm_run *run, const struct tm_preload *preload,
			   const struct tm_preload_setup *setup)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (!tm_language_set_has(preload->languages_seen, language) ||
		    !tm_language_set_has(setup->adjusted, language))
			continue;
		tm_texts_add(&run->runtime_variables,
			     language->counting.variable);
		tm_run_note(run, "%s=%s was set, %s",
			    language->counting.variable,
			    language->counting.value, language->counting.note);
	}
}

void tm_preload_note(struct tm_run *run, const struct tm_preload *preload,
		     const struct tm_preload_setup *setup)
{
	note_uncounted_program(run, preload, setup);
	note_uncounted_processes(run, preload);
	note_variables(run, preload, setup);
}
