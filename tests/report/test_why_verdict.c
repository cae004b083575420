/*
 * What why says of a run as a whole: heaps that are collected, and that it
 * agrees with the verdict.
 */
#include "why.h"

TestSuite(why_verdict, .init = open_all, .fini = close_all);

/* --- heaps that are collected --------------------------------------------- */

static void tell_heap(double live_growth, double native_growth)
{
	tm_texts_add(&run->heaps, "JVM");
	curve(TM_METRIC_rss_bytes, 4e8, 9000);
	curve(TM_METRIC_net_bytes, 4e6, 0);
	curve(TM_METRIC_heap_used_bytes, 4e7, 0);
	curve(TM_METRIC_native_bytes, 4e6, native_growth);
	curve(TM_METRIC_live_bytes, 4e6, live_growth);
}

Test(why_verdict, a_heap_that_grows_is_named_with_its_types)
{
	json_t *json = json_loads(
		"{\"positions\": [100, 200, 300, 400, 500, 600, 700, 800], "
		"\"types\": [{\"type\": \"byte[]\", \"objects\": "
		"[1, 101, 201, 301, 401, 501, 601, 701]}]}",
		0, NULL);

	tell_heap(300, 0);
	cr_assert_eq(tm_run_types_from_json(&run->types, json, NULL), TM_OK);
	json_decref(json);
	assert_has(text(), "server: grows, live-heap leak\n"
			   "  Live memory after full collections (JVM) grows "
			   "300 B per iteration: 1 byte[]\n  per iteration.\n");
	assert_has_not(text(), "not in malloc");
	assert_has_not(text(), "--preload");
}

Test(why_verdict, memory_outside_a_flat_heap_is_named_as_such)
{
	tell_heap(0, 9000);
	assert_has(text(), "Resident memory outside the heap grows 8.79 KiB "
			   "per iteration");
	assert_has_not(text(), "Live memory after");
}

Test(why_verdict, a_flat_heap_in_growing_pages_is_flat)
{
	tell_heap(0, 0);
	assert_has(text(), "server: flat\n  No metric that is judged grows: "
			   "3 metrics within their budgets; net_bytes\n");
	assert_has_not(text(), "Resident memory grows");
	assert_has_not(text(), "Growth is within");
}

/* Rises by `more` at sample `at`. */
static void raise_at(enum tm_metric metric, size_t at, uint64_t more)
{
	for (; at < SAMPLES; at++)
		run->samples[at].value[metric] += more;
}

Test(why_verdict, what_rose_and_stopped_is_named)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	raise_at(TM_METRIC_net_bytes, 60, 1 << 16);
	raise_at(TM_METRIC_net_bytes, 64, 1 << 16);
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	assert_has(text(), "server: flat, one-off step\n"
			   "  net_bytes rose and has stopped: a warm-up, or a "
			   "full cache.\n");
}

/* Its slope is shown as 0 B, 0 to 0 B. */
Test(why_verdict, what_rose_in_the_warm_up_alone_did_not_stop_later)
{
	tell_heap(0, 0);
	curve(TM_METRIC_rss_bytes, 4e8, 0);
	raise_at(TM_METRIC_net_bytes, 3, 1 << 16);
	assert_has(text(), "server: flat, bounded\n"
			   "  Nothing grows after the warm-up, in which "
			   "net_bytes rose.\n");
	assert_has_not(text(), "stopped");
}

static void take_censuses(void)
{
	json_t *json = json_loads(
		"{\"positions\": [100, 200, 300, 400, 500, 600, 700, 800], "
		"\"types\": [{\"type\": \"Session\", \"objects\": "
		"[1, 101, 201, 301, 401, 501, 601, 701]}]}",
		0, NULL);

	cr_assert_eq(tm_run_types_from_json(&run->types, json, NULL), TM_OK);
	json_decref(json);
}

/* Bytes that are too noisy, and objects that are counted. */
Test(why_verdict, types_that_grow_below_an_open_verdict_are_named)
{
	size_t i;

	tell_heap(0, 0);
	curve(TM_METRIC_rss_bytes, 4e8, 0);
	take_censuses();
	for (i = 0; i < SAMPLES; i++)
		run->samples[i].value[TM_METRIC_net_bytes] +=
			(i * 7919 % 13) * 40000 + i * 300;
	assert_has(text(), "server: inconclusive\n"
			   "  Growth was neither found nor ruled out: "
			   "net_bytes inconclusive: ");
	assert_has(text(), "  The live objects of some types grow in number: 1 "
			   "Session per iteration. A\n  longer run may decide "
			   "whether that is growth.\n");
}

Test(why_verdict, types_that_grow_within_the_budget_are_something)
{
	tell_heap(0, 0);
	curve(TM_METRIC_rss_bytes, 4e8, 0);
	take_censuses();
	assert_has(text(), "server: flat\n  No metric grows.\n"
			   "  The live objects of some types grow in number: 1 "
			   "Session per iteration.\n");
}

Test(why_verdict, a_heap_that_was_not_asked_is_to_be)
{
	tm_texts_add(&run->heaps, "JVM");
	curve(TM_METRIC_rss_bytes, 4e8, 9000);
	assert_has(text(), "server: inconclusive");
	assert_has(text(), "next: tidemark exec --inside ");
}

/* --- the verdict ---------------------------------------------------------- */

/* A peak that goes up by `step` each eighth sample, and memory below it that
 * goes up and down too much to be decided. */
static void peaks(void)
{
	size_t i;

	curve(TM_METRIC_rss_bytes, 4e6, 0);
	curve(TM_METRIC_hwm_bytes, 8e6, 4096);
	for (i = 0; i < SAMPLES; i++)
		run->samples[i].value[TM_METRIC_rss_bytes] +=
			(i * 7919 % 13) * 400000 + i * 3000;
}

static int says_of_rss(const char *growth)
{
	char part[80];
	json_t *json = json_loads(
		explain((struct tm_style){.form = TM_FORM_JSON}), 0, NULL);
	int same;

	same = strcmp(json_string_value(json_object_get(
			      json_array_get(json_object_get(json, "layers"),
					     0),
			      "growth")),
		      growth) == 0;
	snprintf(part, sizeof(part), "server: %s",
		 json_string_value(json_object_get(json, "growth")));
	assert_has(text(), part);
	json_decref(json);
	return same;
}

/* As `tidemark exec` does, which goes by every metric. */
Test(why_verdict, a_peak_that_grows_is_growth)
{
	peaks();
	cr_assert(says_of_rss("inconclusive"), "%s", out.bytes);
	assert_has(text(), "server: grows\n");
	assert_has(text(),
		   "The peak of its memory (hwm_bytes) grows, 4 KiB per "
		   "iteration; resident\n");
	assert_has(text(), "is too noisy to classify");
	assert_has_not(text(), "Nothing");
	assert_has(text(), "next: tidemark exec --preload");
}

Test(why_verdict, a_peak_above_flat_memory_is_growth_too)
{
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	curve(TM_METRIC_hwm_bytes, 8e6, 4096);
	assert_has(text(), "server: grows\n");
	assert_has(text(), "resident\n  memory itself is flat.");
}

/* Without it, no sentence would hold what the headline says. */
Test(why_verdict, private_memory_that_grows_is_growth)
{
	peaks();
	run_curve(run, TM_METRIC_uss_bytes, 3e6, 4096);
	assert_has(text(), "server: grows\n");
	assert_has(text(), "Its memory (uss_bytes) grows, 4 KiB per iteration");
}

Test(why_verdict, growth_within_the_budget_is_little)
{
	curve(TM_METRIC_net_bytes, 1e6, 8);
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	assert_has(text(), "server: grows within budget");
	assert_has(text(), "within the budget: 1 of 2 metrics grows");
}

/* It grows, and is neither passed nor failed: the run was interrupted. */
Test(why_verdict, a_run_without_a_verdict_has_no_other_here)
{
	run->outcome = TM_OUTCOME_CRASHED;
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	assert_has(text(), "server: inconclusive");
	assert_has(text(), "neither found nor ruled out");
	assert_has_not(text(), "Nothing grows");
}

/* --- malloc's bytes ------------------------------------------------------- */

/* A noisy count does not hide what the allocator says. */
Test(why_verdict, what_decides_is_named_where_another_count_is_open)
{
	size_t i;

	curve(TM_METRIC_rss_bytes, 4e8, 0);
	curve(TM_METRIC_allocated_bytes, 1e6, 2048);
	curve(TM_METRIC_net_bytes, 1e6, 2048);
	for (i = 0; i < SAMPLES; i++)
		run->samples[i].value[TM_METRIC_net_bytes] +=
			i * 7919 % 97 * 200000;
	cr_assert_eq(analyse()->layer[TM_METRIC_net_bytes].decision.growth,
		     TM_GROWTH_INCONCLUSIVE);
	cr_assert_eq(analyse()->verdict.decisive, TM_METRIC_allocated_bytes);
	assert_has(text(), "The program allocates 2 KiB per iteration with "
			   "malloc and does not free it.");
}

/* --- shared memory -------------------------------------------------------- */

Test(why_verdict, shared_memory_is_named_where_it_is_measured)
{
	curve(TM_METRIC_rss_bytes, 4e6, 65536);
	curve(TM_METRIC_shm_bytes, 1e6, 65536);
	assert_has(text(), "Shared memory grows 64 KiB per iteration, 100 % of "
			   "the growth of resident\n  memory:");
	assert_has_not(text(), "Whether it was allocated");
	/* malloc's sites would show nothing of it. */
	assert_has_not(text(), "next: ");
	assert_has(analyse()->hint, "shared memory");
}

Test(why_verdict, shared_memory_is_not_the_rest_outside_malloc)
{
	curve(TM_METRIC_rss_bytes, 8e6, 65536);
	curve(TM_METRIC_shm_bytes, 1e6, 16384);
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_allocated_bytes, 1e6, 0);
	curve(TM_METRIC_retained_bytes, 1e6, 0);
	assert_has(text(), "Shared memory grows 16 KiB per iteration, 25 % of");
	assert_has(text(), "The rest, 48 KiB per iteration, is not in malloc");
}

Test(why_verdict, shared_memory_is_not_guessed)
{
	curve(TM_METRIC_rss_bytes, 4e6, 65536);
	assert_has_not(text(), "Shared memory");
	curve(TM_METRIC_shm_bytes, 1e6, 0);
	assert_has_not(text(), "Shared memory");
	assert_has(text(), "Resident memory grows. Whether it was allocated");
	assert_has(analyse()->hint, "--preload finds");
}

/* --- what is not judged --------------------------------------------------- */

Test(why_verdict, growth_in_a_flat_run_is_said_not_to_be_judged)
{
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	curve(TM_METRIC_cgroup_bytes, 4e6, 4096);
	assert_has(text(), "server: flat");
	assert_has(text(), "  grows, not judged\n");
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "server: grows");
	assert_has_not(text(), "not judged");
}

/* --- nothing is left out in silence --------------------------------------- */

Test(why_verdict, notes_that_are_left_out_are_counted)
{
	char note[700];

	curve(TM_METRIC_rss_bytes, 4e6, 0);
	snprintf(note, sizeof(note), "one %0600d end", 0);
	tm_texts_add(&run->notes, note);
	tm_run_note(run, "two");
	tm_run_note(run, "three");
	assert_has(text(), " end\n");
	assert_has_not(text(), "more note");
	tm_run_note(run, "four");
	assert_has(text(), "note: three\n... and 1 more note: --all\n");
	tm_run_note(run, "five");
	assert_has(text(), "... and 2 more notes: --all\n");
	assert_has(explain((struct tm_style){.form = TM_FORM_MARKDOWN}),
		   "\n- ... and 2 more notes: --all\n");
	assert_has(explain((struct tm_style){.is_full = 1}), "note: five\n");
}

Test(why_verdict, no_head_stands_above_nothing)
{
	size_t i;

	run_spread(run, SAMPLES, 10);
	for (i = 0; i < run->sample_count; i++)
		run->samples[i].present = 0;
	assert_has_not(text(), "layer ");
	assert_has_not(explain((struct tm_style){.form = TM_FORM_MARKDOWN}),
		       "| layer |");
	assert_has_not(explain((struct tm_style){.is_full = 1}),
		       "Not measured");
}

/* --- what is not decided -------------------------------------------------- */

/* Neither flat nor growing. */
static void is_noisy(enum tm_metric metric)
{
	size_t i;

	curve(metric, 4e6, 0);
	for (i = 0; i < run->sample_count; i++)
		run->samples[i].value[metric] +=
			(i * 7919 % 13) * 400000 + i * 3000;
}

/* They are not judged, or another metric of the same memory is. */
Test(why_verdict, what_the_verdict_does_not_need_is_not_called_undecided)
{
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	is_noisy(TM_METRIC_cgroup_bytes);
	is_noisy(TM_METRIC_lazyfree_bytes);
	is_noisy(TM_METRIC_pss_bytes);
	analyse();
	cr_assert_eq(analysis.layer[TM_METRIC_cgroup_bytes].decision.growth,
		     TM_GROWTH_INCONCLUSIVE);
	cr_assert_eq(tm_verdict_find(&analysis.verdict, TM_METRIC_pss_bytes)
			     ->decision.judgement,
		     TM_JUDGEMENT_INCONCLUSIVE);
	assert_has(text(), "server: flat\n  Nothing grows.\n");
}

/* The other runs of the job passed. */
Test(why_verdict, what_is_overruled_is_not_decided_yet)
{
	struct tm_verdict overruled;

	is_noisy(TM_METRIC_rss_bytes);
	is_noisy(TM_METRIC_cgroup_bytes);
	overruled = analyse()->verdict;
	overruled.standing = TM_JUDGEMENT_PASS;
	cr_assert_eq(tm_analysis_make(&analysis, run, &overruled, NULL), TM_OK);
	cr_expect_str_eq(analysis.cause[0],
			 "No growth was found. Not decided: rss_bytes. A "
			 "longer run may decide.");
}
