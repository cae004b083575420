#include <criterion/criterion.h>
#include <string.h>

#include "runtimes/runtimes.h"

/* --- the table ------------------------------------------------------------ */

Test(runtimes, have_whole_rows)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *row = tm_language_at(i);

		cr_assert(row->name && *row->name, "row %zu", i);
		cr_assert_eq(row->heap != NULL, row->advice != NULL, "%s",
			     row->name);
		cr_assert_eq(row->counting.variable != NULL,
			     row->counting.value != NULL, "%s", row->name);
		cr_assert_eq(row->counting.variable != NULL,
			     row->counting.note != NULL, "%s", row->name);
		cr_assert(!row->takes_script || row->programs[0], "%s",
			  row->name);
	}
}

/* What is set has to be seen in the list of what the user has set. */
Test(runtimes, record_the_variable_that_they_set)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const char *variable = tm_language_at(i)->counting.variable;

		cr_assert(!variable || tm_language_has_variable(variable), "%s",
			  variable);
	}
}

Test(runtimes, are_recognised_by_their_own_programs_alone)
{
	size_t i, j;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *row = tm_language_at(i);

		for (j = 0; j < TM_LANGUAGE_PROGRAMS_MAX && row->programs[j];
		     j++)
			cr_assert_eq(tm_language_of_program(row->programs[j]),
				     row, "%s", row->programs[j]);
	}
}

/* --- recognising ---------------------------------------------------------- */

static const char *name_of(const char *program)
{
	const struct tm_language *row = tm_language_of_program(program);

	return row ? row->name : "none";
}

Test(runtimes, are_known_by_the_file_name_of_a_program)
{
	cr_assert_str_eq(name_of("/usr/bin/python3.11"), "CPython");
	cr_assert_str_eq(name_of("python"), "CPython");
	cr_assert_str_eq(name_of("pypy3"), "PyPy");
	cr_assert_str_eq(name_of("/usr/sbin/php-fpm8.2"), "PHP");
	cr_assert_str_eq(name_of("nodejs"), "Node");
	cr_assert_str_eq(name_of("/usr/lib/erlang/erts-13/bin/beam.smp"),
			 "BEAM");
	cr_assert_str_eq(name_of("/opt/python/server"), "none");
	cr_assert_str_eq(name_of("cpython"), "none");
	cr_assert_str_eq(name_of(""), "none");
	cr_assert_str_eq(name_of("/"), "none");
}

Test(runtimes, say_which_programs_take_a_script)
{
	cr_assert(tm_language_takes_script("python"));
	cr_assert(tm_language_takes_script("python3.11"));
	cr_assert(tm_language_takes_script("nodejs"));
	cr_assert(tm_language_takes_script("lua5.4"));
	cr_assert_not(tm_language_takes_script("python3.11-config"));
	cr_assert_not(tm_language_takes_script("luac5.4"));
	cr_assert_not(tm_language_takes_script("pytho"));
	cr_assert_not(tm_language_takes_script("java"));
	cr_assert_not(tm_language_takes_script("5.4"));
	cr_assert_not(tm_language_takes_script(""));
}

Test(runtimes, know_the_variables_that_change_their_memory)
{
	cr_assert(tm_language_has_variable("PYTHONMALLOC"));
	cr_assert(tm_language_has_variable("PYTHON"));
	cr_assert(tm_language_has_variable("GOGC"));
	cr_assert(tm_language_has_variable("_JAVA_OPTIONS"));
	cr_assert_not(tm_language_has_variable("GOGCX"));
	cr_assert_not(tm_language_has_variable("PYTHO"));
	cr_assert_not(tm_language_has_variable("HOME"));
}

/* --- sets ----------------------------------------------------------------- */

Test(runtimes, form_sets)
{
	struct tm_language_set set = {0};
	size_t i;

	tm_language_set_add(&set, NULL);
	for (i = 0; i < TM_LANGUAGE_COUNT; i++)
		cr_assert_not(tm_language_set_has(set, tm_language_at(i)));
	tm_language_set_add(&set, &tm_language_node);
	tm_language_set_add(&set, &tm_language_node);
	tm_language_set_add(&set, &tm_language_beam);
	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *row = tm_language_at(i);

		cr_assert_eq(tm_language_set_has(set, row),
			     row == &tm_language_node ||
				     row == &tm_language_beam,
			     "%s", row->name);
	}
	cr_assert_not(tm_language_set_has(set, NULL));
}

/* --- agents --------------------------------------------------------------- */

Test(runtimes, know_what_only_their_agents_call)
{
	cr_assert(tm_language_is_agents_function(
		"v8::internal::HeapProfiler::QueryObjects(v8::internal::Handle"
		"<v8::internal::Context>)"));
	cr_assert_not(tm_language_is_agents_function(
		"v8::internal::HeapProfiler::QueryObjectsLater()"));
	cr_assert_not(tm_language_is_agents_function("malloc"));
}
