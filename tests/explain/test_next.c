#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "../support/runs.h"
#include "explain/analysis.h"

static struct tm_run *run;
static struct tm_analysis facts;

static void start(void)
{
	run = run_new("server");
	tm_texts_add(&run->request.argv, "./server");
}

static void stop(void)
{
	run_free(run);
}

TestSuite(next, .init = start, .fini = stop);

/* --- situations ----------------------------------------------------------- */

static void is_of(const char *program)
{
	free(run->request.program);
	run->request.program = strdup(program);
}

static void marks_by(const char *source)
{
	run->sampling.marks = strdup(source);
}

static void was_preloaded(void)
{
	tm_facts_set_bool(&run->request.options, "preload", 1);
}

static void was_asked(void)
{
	was_preloaded();
	tm_facts_set_bool(&run->request.options, "inside", 1);
}

static void memory_grows(void)
{
	run_curve(run, TM_METRIC_rss_bytes, 4e6, 4096);
}

/* Growth that is neither found nor ruled out. */
static void memory_is_noisy(size_t count)
{
	size_t i;

	run_spread(run, count, 100);
	run_curve(run, TM_METRIC_rss_bytes, 4e6, 0);
	for (i = 0; i < run->sample_count; i++)
		run->samples[i].value[TM_METRIC_rss_bytes] +=
			(i * 7919 % 13) * 400000 + i * 3000;
}

static void malloc_grows(void)
{
	was_preloaded();
	memory_grows();
	run_curve(run, TM_METRIC_net_bytes, 1e6, 4096);
}

/* A site that does not grow, of samples that are `bytes` apart. */
static void has_sites(int64_t bytes, int64_t lost)
{
	json_t *json = json_pack("{s:I, s:I, s:[]}", "sampling_bytes", bytes,
				 "lost", lost, "sites");

	cr_assert_eq(tm_run_sites_from_json(&run->sites, json, NULL), TM_OK);
	json_decref(json);
	run->sites.is_known = 1;
}

static void advises(const char *hint, const char *command)
{
	struct tm_err err = {0};

	cr_assert_eq(tm_analysis_make(&facts, run, NULL, &err), TM_OK, "%s",
		     err.text);
	cr_expect_str_eq(facts.hint, hint);
	cr_expect_str_eq(facts.next, command);
}

#define LONGER "inconclusive: let it run longer"

/* --- marks ---------------------------------------------------------------- */

Test(next, an_expression_that_matched_nothing_is_the_matter)
{
	marks_by("regex");
	advises("no line of its output matched: check --mark-regex (POSIX "
		"extended: [0-9], not \\d)",
		"");
}

Test(next, a_signal_that_did_not_come_is_the_matter)
{
	marks_by("signal");
	advises("no mark was received: --mark-signal needs a program that "
		"sends the signal to $TIDEMARK_PID",
		"");
}

Test(next, a_program_without_marks_is_the_matter)
{
	marks_by("fd");
	advises("no mark was received: --mark-fd needs a program with a line "
		"of code that marks (docs/exec.md)",
		"");
}

Test(next, a_program_that_was_sampled_by_time_may_mark)
{
	memory_grows();
	run_by_time(run);
	cr_assert_eq(tm_analysis_make(&facts, run, NULL, NULL), TM_OK);
	cr_expect_not_null(strstr(facts.unit_hint, "--mark-regex RE"));
	cr_expect_not_null(strstr(facts.unit_hint, "a line of code"));
	run->request.pid = tm_known_int(7);
	cr_assert_eq(tm_analysis_make(&facts, run, NULL, NULL), TM_OK);
	cr_expect_null(strstr(facts.unit_hint, "--mark-regex"));
	cr_expect_not_null(strstr(facts.unit_hint, "--mark-signal, or start"));
}

Test(next, marks_need_no_marks)
{
	memory_grows();
	cr_assert_eq(tm_analysis_make(&facts, run, NULL, NULL), TM_OK);
	cr_expect_str_eq(facts.unit_hint, "");
}

/* --- a heap that is collected --------------------------------------------- */

Test(next, a_heap_that_hides_is_to_be_asked)
{
	tm_texts_add(&run->heaps, "JVM");
	memory_grows();
	advises("--inside asks its runtime (JVM) for its live objects",
		"tidemark exec --inside -- ./server");
}

Test(next, a_heap_that_was_asked_in_vain_has_notes)
{
	tm_texts_add(&run->heaps, "JVM");
	was_asked();
	memory_grows();
	advises("its runtime (JVM) did not report its live objects: see the "
		"notes",
		"");
}

/* Samples of malloc say nothing of the heap of V8. */
Test(next, a_heap_outside_malloc_gets_inside_and_not_preload)
{
	is_of("/usr/bin/node");
	memory_grows();
	advises("--inside asks its runtime (Node) for its live objects",
		"tidemark exec --inside -- ./server");
	is_of("/usr/bin/ruby3.1");
	advises("--inside asks its runtime (Ruby) for its live objects",
		"tidemark exec --inside -- ./server");
}

Test(next, a_heap_outside_malloc_gets_inside_before_a_longer_run)
{
	is_of("/usr/bin/node");
	memory_is_noisy(101);
	advises("--inside asks its runtime (Node) for its live objects",
		"tidemark exec --inside -- ./server");
}

Test(next, a_running_process_is_started_to_be_asked_but_for_a_jvm)
{
	is_of("/usr/bin/node");
	run->request.pid = tm_known_int(7);
	memory_grows();
	advises("--inside asks its runtime (Node) for its live objects; start "
		"it with tidemark exec for that",
		"tidemark exec --inside -- ./server");
	is_of("/usr/bin/java");
	advises("--inside asks its runtime (JVM) for its live objects",
		"tidemark exec --inside -- ./server");
}

Test(next, a_heap_that_reported_needs_no_step)
{
	tm_texts_add(&run->heaps, "JVM");
	was_asked();
	run_curve(run, TM_METRIC_live_bytes, 4e6, 4096);
	run_curve(run, TM_METRIC_net_bytes, 1e6, 0);
	memory_grows();
	advises("", "");
}

Test(next, python_is_preloaded_and_may_be_asked)
{
	is_of("/usr/bin/python3.11");
	memory_grows();
	advises("--preload finds the code that allocates what grows; --inside "
		"also counts its objects by type",
		"tidemark exec --preload -- ./server");
	malloc_grows();
	has_sites(32, 0);
	advises("--inside counts its objects by type", "");
}

/* --- malloc --------------------------------------------------------------- */

Test(next, memory_that_was_not_counted_is_counted)
{
	memory_grows();
	advises("--preload finds the code that allocates what grows",
		"tidemark exec --preload -- ./server");
	run->request.pid = tm_known_int(7);
	advises("--preload finds the code that allocates what grows; start it "
		"with tidemark exec for that",
		"tidemark exec --preload -- ./server");
}

/* As a program that loads no library. */
Test(next, what_could_not_be_counted_is_not_tried_again)
{
	was_preloaded();
	memory_grows();
	advises("", "");
}

Test(next, sites_that_were_not_sampled_are_sampled)
{
	malloc_grows();
	tm_texts_add(&run->request.given, "--preload");
	tm_texts_add(&run->request.given, "--sample-bytes 0");
	advises("allocation sites were not sampled (--sample-bytes 0): samples "
		"show which code allocates what grows",
		"tidemark exec --preload --sample-bytes 4KiB -- ./server");
}

#define NONE_STORED                                                            \
	"no allocation site was stored: more samples (--sample-bytes) may "    \
	"find the code that allocates what grows"

/* By default they are 32 KiB apart, and too little may be allocated for one:
 * samples that are further apart would not help. */
Test(next, sites_without_a_sample_are_sampled_more_closely)
{
	malloc_grows();
	advises(NONE_STORED,
		"tidemark exec --preload --sample-bytes 2048 -- ./server");
	tm_texts_add(&run->request.given, "--sample-bytes 16KiB");
	advises(NONE_STORED,
		"tidemark exec --preload --sample-bytes 1024 -- ./server");
}

Test(next, sites_without_a_sample_of_every_byte_are_not_sampled_again)
{
	malloc_grows();
	tm_texts_add(&run->request.given, "--sample-bytes 1");
	advises("", "");
}

Test(next, sites_that_hide_are_sampled_more_closely)
{
	malloc_grows();
	has_sites(65536, 0);
	advises("no growing site was found: more samples (--sample-bytes) may "
		"find one",
		"tidemark exec --preload --sample-bytes 4096 -- ./server");
}

Test(next, sites_without_room_are_sampled_less_closely)
{
	malloc_grows();
	has_sites(65536, 3);
	advises("no growing site was found, and not all sites fitted: fewer "
		"samples leave room for all",
		"tidemark exec --preload --sample-bytes 524288 -- ./server");
}

/* --- what is not memory --------------------------------------------------- */

struct handle {
	enum tm_metric metric;
	char hint[72];
};

/* No sample of malloc shows who opened a file. */
ParameterizedTestParameters(next, handles_are_listed)
{
	static struct handle handles[] = {
		{TM_METRIC_descriptors, "while it runs, ls -l /proc/PID/fd "
					"lists its open files and sockets"},
		{TM_METRIC_threads, "while it runs, eu-stack -p PID shows "
				    "where its threads wait"},
		{TM_METRIC_processes,
		 "while it runs, pstree -p PID shows its processes"},
		{TM_METRIC_mappings,
		 "while it runs, /proc/PID/maps lists its mappings"},
	};

	return cr_make_param_array(struct handle, handles,
				   sizeof(handles) / sizeof(*handles));
}

ParameterizedTest(struct handle *handle, next, handles_are_listed)
{
	run_curve(run, TM_METRIC_rss_bytes, 4e6, 0);
	run_curve(run, handle->metric, 3, .1);
	advises(handle->hint, "");
}

/* Of malloc's bytes a few grow, those that each thread takes. */
Test(next, threads_that_hold_the_growth_come_before_malloc)
{
	malloc_grows();
	run_curve(run, TM_METRIC_net_bytes, 1e6, 100);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 100);
	run_curve(run, TM_METRIC_retained_bytes, 1e6, 0);
	run_curve(run, TM_METRIC_threads, 3, 1);
	advises("while it runs, eu-stack -p PID shows where its threads wait",
		"");
	cr_expect_eq(facts.verdict.decisive, TM_METRIC_rss_bytes);
	cr_expect_eq(facts.verdict.cause, TM_METRIC_threads);
	cr_expect_not_null(strstr(facts.cause[0], "Threads are started"));
	cr_expect_not_null(strstr(facts.cause[1], "Nearly all of the growth"));
	cr_expect_not_null(strstr(facts.cause[2], "100 B per iteration"));
}

#define MAPS                                                                   \
	"while it runs, strace -f -k -e trace=mmap,munmap,brk -p PID shows "   \
	"which code maps memory, and /proc/PID/maps lists what is mapped"

Test(next, memory_that_is_not_from_malloc_is_mapped)
{
	malloc_grows();
	run_curve(run, TM_METRIC_net_bytes, 1e6, 0);
	advises(MAPS, "");
	cr_expect_not_null(strstr(facts.cause[0], "strace -f -k"));
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run_curve(run, TM_METRIC_retained_bytes, 1e6, 0);
	advises(MAPS, "");
	run_curve(run, TM_METRIC_shm_bytes, 1e6, 4096);
	advises("while it runs, /proc/PID/maps lists what shared memory it "
		"maps, and ls -l /dev/shm the files",
		"");
	cr_expect_eq(facts.verdict.kind, TM_KIND_SHARED);
}

/* --- inconclusive --------------------------------------------------------- */

Test(next, what_is_open_runs_longer)
{
	memory_is_noisy(101);
	advises(LONGER, "");
	run->outcome = TM_OUTCOME_INTERRUPTED;
	advises("", "");
}

Test(next, what_is_sampled_seldom_is_sampled_more_often)
{
	memory_is_noisy(20);
	run_by_time(run);
	run->sampling.every_ms = tm_known_int(100);
	advises(LONGER ", or sample more often (--every 0.02)", "");
	run->sampling.every_ms = tm_known_int(20);
	advises(LONGER, "");
}

Test(next, marks_that_were_overtaken_wait_unless_they_did)
{
	size_t i;

	marks_by("fd");
	memory_is_noisy(60);
	for (i = 0; i < 60; i += 1 + i % 3)
		run->samples[i].present = 0;
	advises(LONGER ", or wait for the sample of each mark (--mark-ack)",
		"");
	tm_texts_add(&run->request.given, "--mark-ack");
	advises(LONGER, "");
}

Test(next, what_passes_needs_no_hint)
{
	run_curve(run, TM_METRIC_rss_bytes, 4e6, 0);
	advises("", "");
}
