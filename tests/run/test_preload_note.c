#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "run/preload_note.h"

static struct tm_run *run;
static struct tm_preload preload;
static struct tm_preload_setup setup;

static void start(void)
{
	memset(&preload, 0, sizeof(preload));
	memset(&setup, 0, sizeof(setup));
	preload.root_seen = 1;
	cr_assert_eq(tm_run_new(&run, "a", NULL), TM_OK);
}

static void stop(void)
{
	tm_run_free(run);
}

TestSuite(preload_note, .init = start, .fini = stop);

Test(preload_note, names_the_variable_that_was_set_for_a_runtime)
{
	tm_language_set_add(&preload.languages_seen, &tm_language_cpython);
	tm_language_set_add(&preload.languages_seen, &tm_language_node);
	tm_language_set_add(&setup.adjusted, &tm_language_cpython);
	tm_preload_note(run, &preload, &setup);
	cr_assert_eq(run->notes.count, 1);
	cr_assert_str_eq(run->notes.text[0],
			 "PYTHONMALLOC=malloc was set, so that the small "
			 "objects of Python 3.6 and later are counted; by "
			 "default they come from Python's own arenas");
	cr_assert_eq(run->runtime_variables.count, 1);
	cr_assert(tm_texts_has(&run->runtime_variables, "PYTHONMALLOC"));
}

Test(preload_note, says_nothing_of_a_runtime_that_was_not_started)
{
	tm_language_set_add(&setup.adjusted, &tm_language_cpython);
	tm_preload_note(run, &preload, &setup);
	cr_assert_eq(run->notes.count, 0);
	cr_assert_eq(run->runtime_variables.count, 0);
}

Test(preload_note, says_nothing_of_what_the_user_has_set)
{
	tm_language_set_add(&preload.languages_seen, &tm_language_cpython);
	tm_preload_note(run, &preload, &setup);
	cr_assert_eq(run->notes.count, 0);
	cr_assert_eq(run->runtime_variables.count, 0);
}

/* One sample of nine falls between the start and the loading. */
Test(preload_note, says_nothing_of_the_moment_of_the_start)
{
	preload.seen = 1;
	preload.samples = 9;
	preload.uncounted_max = preload.processes_max = 1;
	preload.partial_samples = 1;
	tm_preload_note(run, &preload, &setup);
	cr_assert_eq(run->notes.count, 0);
	preload.partial_samples = 3;
	tm_preload_note(run, &preload, &setup);
	cr_assert_eq(run->notes.count, 1);
	cr_assert(strstr(run->notes.text[0], "not in the counted bytes"));
}
