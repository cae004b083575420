/* What why says of layers, processes and sites, in each form. */
#include "report/why/site_text.h"
#include "why.h"

TestSuite(why, .init = open_all, .fini = close_all);

/* --- layers --------------------------------------------------------------- */

Test(why, a_leak_from_malloc_is_called_one)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	assert_has(text(), "server: grows");
	assert_has(text(),
		   "The program allocates 1 KiB per iteration with "
		   "malloc and does not free it,\n  100 % of the growth "
		   "of resident memory.");
	assert_has(text(), "allocated with malloc, not freed");
	assert_has_not(text(), "not in malloc at all");
}

Test(why, layers_go_from_what_the_program_holds_to_what_the_kernel_gave)
{
	const char *all;

	curve(TM_METRIC_net_bytes, 1e6, 1024);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	all = text();
	assert_has(all, "allocated with malloc, not freed");
	assert_has(strstr(all, "allocated with malloc, not freed"),
		   "resident memory (RSS)");
}

Test(why, growth_outside_malloc_is_called_so)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_allocated_bytes, 1e6, 0);
	curve(TM_METRIC_retained_bytes, 1e6, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "The growth, 4 KiB per iteration, is not in malloc "
			   "at all");
	assert_has_not(text(), "does not free it");
}

/* The allocator may keep it as well as something else map it. */
Test(why, growth_outside_malloc_is_not_split_without_the_allocators_figures)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "server: grows\n");
	assert_has(text(), "its allocator keeps free memory, or the program or "
			   "its runtime\n  maps memory itself.");
	assert_has_not(text(), "not in malloc at all");
}

Test(why, a_runtime_that_maps_its_own_heap_is_named)
{
	tm_run_request_release(&run->request);
	run->request.program = strdup("/usr/bin/env");
	tm_texts_add(&run->request.argv, "env");
	tm_texts_add(&run->request.argv, "node");
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "V8 maps its heap itself");
}

Test(why, an_allocator_that_keeps_pages_is_named)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_allocated_bytes, 1e6, 0);
	curve(TM_METRIC_retained_bytes, 1e6, 4096);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "its allocator keeps");
	assert_has_not(text(), "not in malloc at all");
}

/* Of another one it would be of no use. */
Test(why, the_advice_is_for_the_allocator_that_the_program_has)
{
	struct tm_facts *facts = &run->environment.facts;

	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_allocated_bytes, 1e6, 0);
	curve(TM_METRIC_retained_bytes, 1e6, 4096);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "Try\n  another allocator.");
	tm_facts_set_text(facts, "allocator", "libc");
	assert_has(text(), "MALLOC_ARENA_MAX=2");
	tm_facts_set_text(facts, "allocator", "jemalloc");
	assert_has(text(), "MALLOC_CONF=dirty_decay_ms:0");
	assert_has_not(text(), "MALLOC_ARENA_MAX");
	tm_facts_set_text(facts, "allocator", "mimalloc");
	assert_has(text(), "MIMALLOC_PURGE_DELAY=0");
}

Test(why, the_kind_follows_all_layers)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_allocated_bytes, 1e6, 0);
	curve(TM_METRIC_retained_bytes, 1e6, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "server: grows, memory outside malloc");
}

Test(why, what_was_done_already_is_not_advised)
{
	free(run->request.program);
	run->request.program = strdup("/usr/bin/python3.11");
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "CPython's small objects");
	tm_run_note(run, "PYTHONMALLOC=malloc was set");
	assert_has(text(), "CPython's small objects");
	tm_texts_add(&run->runtime_variables, "PYTHONMALLOC");
	assert_has_not(text(), "CPython's small objects");
}

/* What the allocator needs for each block is no leak beside malloc. */
Test(why, the_allocators_own_need_is_not_outside_malloc)
{
	curve(TM_METRIC_net_bytes, 1e6, 1000);
	curve(TM_METRIC_allocated_bytes, 1e6, 1300);
	curve(TM_METRIC_retained_bytes, 1e5, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 1300);
	assert_has_not(text(), "not in malloc at all");
}

Test(why, without_counting_it_says_how_to_count)
{
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "Whether it was allocated with malloc is not known");
	assert_has(text(), "next: tidemark exec --preload -- ./server "
			   "'it'\\''s 5'\n");
}

Test(why, threads_and_descriptors_leak_too)
{
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	curve(TM_METRIC_threads, 3, .1);
	curve(TM_METRIC_descriptors, 3, .1);
	assert_has(text(), "Threads are started and do not end");
	assert_has(text(), "Files or sockets are opened and not closed");
	assert_has(text(), "0.1 descriptors");
}

Test(why, what_does_not_grow_is_not_blamed)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	assert_has(text(), "server: flat");
	assert_has(text(), "Nothing grows.");
	assert_has_not(text(), "next:");
}

Test(why, a_run_without_samples_measured_nothing)
{
	assert_has(text(), "server: inconclusive");
	assert_has(text(), "Nothing was measured.");
	assert_has_not(text(), "interval");
}

Test(why, rates_of_a_run_by_time_are_a_second)
{
	run->unit = TM_UNIT_SECOND;
	curve(TM_METRIC_net_bytes, 1e6, 1.024);
	curve(TM_METRIC_rss_bytes, 4e6, 1.024);
	assert_has(text(), "per second  95 %");
	assert_has(text(),
		   "The program allocates 1 KiB per second with malloc");
}

Test(why, an_outcome_and_notes_are_said)
{
	run->outcome = TM_OUTCOME_CRASHED;
	run->ending.text = strdup("ended by signal 11");
	tm_run_note(run, "mind this");
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	assert_has(text(), "crashed: ended by signal 11");
	assert_has(text(), "note: mind this");
	assert_has_not(text(), "more notes");
}

Test(why, a_scenario_shows_what_stays_alive)
{
	run_report(run, "{\"live_per_iteration\": {\"promise\": 10, \"a\": 0, "
			"\"AsyncResult\": 4.5}, "
			"\"garbage_per_iteration\": {}}");
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has(text(), "  type         per iteration\n"
			   "  promise                 10\n"
			   "  AsyncResult            4.5\n");
	assert_has_not(text(), "uncollectable");
	assert_has_not(text(), "--preload");
}

/* As a runtime reported it, in all forms. */
Test(why, names_the_types_that_grow)
{
	json_t *json = json_loads(
		"{\"positions\": [100, 200, 300, 400, 500, 600, 700, 800], "
		"\"types\": [{\"type\": \"Sess|ion\", "
		"\"objects\": [1, 101, 201, 301, 401, 501, 601, 701], "
		"\"bytes\": [64, 6464, 12864, 19264, 25664, 32064, 38464, "
		"44864], "
		"\"uncollectable\": [0, 50, 100, 150, 200, 250, 300, 350]}]}",
		0, NULL);

	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	cr_assert_eq(tm_run_types_from_json(&run->types, json, NULL), TM_OK);
	json_decref(json);
	assert_has(text(),
		   "  type      per iteration  95 % interval  bytes\n"
		   "  Sess|ion              1  1 to 1          64 B  0.5 "
		   "uncollectable\n");
	assert_has(explain((struct tm_style){.form = TM_FORM_MARKDOWN}),
		   "| Sess\\|ion | 1 | 1 to 1 | 64 B | 0.5 uncollectable |");
	assert_has(explain((struct tm_style){.form = TM_FORM_CSV}),
		   "server,type,Sess|ion,objects,grows,1,1,1,");
	assert_has(explain((struct tm_style){.form = TM_FORM_JSON}),
		   "\"uncollectable\": 0.5");
}

Test(why, colours_are_for_terminals)
{
	curve(TM_METRIC_rss_bytes, 4e6, 4096);
	assert_has_not(text(), "\033");
	assert_has(explain((struct tm_style){.colour = 1}), "\033[31mgrows");
}

Test(why, says_of_what_was_sampled_seldom_that_samples_are_few)
{
	size_t i;

	curve(TM_METRIC_rss_bytes, 4e6, 0);
	curve(TM_METRIC_uss_bytes, 4e6, 0);
	for (i = 3; i < run->sample_count; i++)
		run->samples[i].present &= ~(1u << TM_METRIC_uss_bytes);
	assert_has(explain((struct tm_style){.is_full = 1}),
		   "of that, private (USS)              -  -              few "
		   "samples\n");
}

/* --- processes ------------------------------------------------------------ */

/* By `grew` from sample 70 to sample `to`. */
static json_t *process(int pid, double grew, int to, int ended)
{
	return json_pack("{s:i, s:s, s:b, s:i, s:f, s:i, s:i, s:i}", "pid", pid,
			 "name", "worker", "ended", ended, "looks", to / 10,
			 "grew_bytes", grew, "grew_from", 700, "grew_to", to,
			 "until", to);
}

static json_t *brief_process(int pid)
{
	return json_pack("{s:i, s:s, s:b, s:i}", "pid", pid, "name", "brief",
			 "ended", 1, "looks", 3);
}

static void add_processes(int seen, json_t *list)
{
	json_t *json = json_pack("{s:i, s:o}", "processes_seen", seen,
				 "processes", list);

	tm_run_tree_release(&run->tree);
	tm_run_tree_from_json(&run->tree, json);
	json_decref(json);
}

/* Of 1,290 iterations, in which all grow by 1,000 bytes each. */
static void add_one_that_grows(void)
{
	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	add_processes(4,
		      json_pack("[o, o, o, o]", process(41, 1238400, 1990, 1),
				process(42, 12900, 1990, 0),
				process(43, 0, 1000, 1), brief_process(44)));
}

Test(why, the_process_that_grows_is_named)
{
	add_one_that_grows();
	assert_has(text(), "Nearly all of the growth is in one process: pid 41 "
			   "(worker), one of 4.");
	assert_has(text(), "  worker, pid 41  1.18 MiB    96 %          960 B  "
			   "to the end\n");
	assert_has(text(), "  worker, pid 42  12.6 KiB     1 %           10 B  "
			   "still running\n");
	assert_has(text(), "and 1 more that grew less: --all\n");
	assert_has(text(), "  1 more with too few samples\n");
	assert_has_not(text(), "brief");
	assert_has_not(text(), "not listed");
}

Test(why, all_processes_are_shown_when_asked_for)
{
	add_one_that_grows();
	assert_has(explain((struct tm_style){.is_full = 1}),
		   "ended after 1,000 iterations");
	assert_has_not(out.bytes, "--all");
}

Test(why, five_processes_are_enough)
{
	json_t *list = json_array();
	int i;

	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	for (i = 0; i < 7; i++)
		json_array_append_new(list, process(50 + i, 184285, 1990, 1));
	add_processes(40, list);
	assert_has(text(), "pid 54 ");
	assert_has_not(text(), "pid 55 ");
	assert_has(text(), "and 2 more that grew less");
	assert_has(text(), "  33 more not listed\n");
	assert_has_not(text(), "one process");
}

/* What is new has not grown, and yet is what grows. */
Test(why, growth_by_new_processes_is_in_no_process)
{
	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	add_processes(9, json_pack("[o, o]", process(41, 129000, 1990, 1),
				   process(42, 0, 1990, 1)));
	assert_has(text(), "    10 %");
	assert_has_not(text(), "one process");
}

/* What it grew by went with it. */
Test(why, a_process_that_ended_early_is_not_the_one)
{
	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	add_processes(2, json_pack("[o, o]", process(41, 300000, 1000, 1),
				   process(42, 0, 1990, 1)));
	assert_has(text(), "pid 41");
	assert_has_not(text(), "one process");
}

Test(why, processes_are_not_listed_without_need)
{
	curve(TM_METRIC_rss_bytes, 4e6, 0);
	add_processes(2, json_pack("[o, o]", process(41, 5000, 1990, 1),
				   process(42, 0, 1990, 1)));
	assert_has_not(text(), "Which process");
	assert_has(explain((struct tm_style){.is_full = 1}), "Which process");
}

Test(why, one_process_alone_needs_no_name)
{
	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	add_processes(1, json_pack("[o]", process(41, 1290000, 1990, 1)));
	assert_has_not(text(), "process:");
	assert_has_not(text(), "Which process");
}

/* As they were stored before it was known how each grew. */
Test(why, processes_of_an_older_run_are_not_shown)
{
	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	add_processes(2,
		      json_pack("[o, o]", brief_process(1), brief_process(2)));
	assert_has_not(explain((struct tm_style){.is_full = 1}),
		       "Which process");
	assert_has_not(explain((struct tm_style){.form = TM_FORM_JSON}),
		       "\"processes\":");
}

Test(why, garbled_processes_do_no_harm)
{
	json_t *json = json_loads(
		"{\"processes_seen\": 1e300, \"processes\": [1, null, {}, [], "
		"{\"grew_bytes\": \"x\"}, {\"grew_bytes\": 1e308, "
		"\"grew_from\": -1e308, \"grew_to\": 1e308}, "
		"{\"grew_bytes\": 5, \"grew_from\": 0, \"grew_to\": 1, "
		"\"pid\": \"x\", \"name\": 3}]}",
		0, NULL);

	cr_assert_not_null(json);
	curve(TM_METRIC_rss_bytes, 4e6, 1000);
	tm_run_tree_from_json(&run->tree, json);
	json_decref(json);
	explain((struct tm_style){.is_full = 1});
	explain((struct tm_style){.form = TM_FORM_JSON});
	run->tree.processes_seen = tm_known_int(9);
	assert_has(explain((struct tm_style){.is_full = 1}), "?, pid 0");
	explain((struct tm_style){.form = TM_FORM_JSON});
	assert_has(explain((struct tm_style){.form = TM_FORM_MARKDOWN}),
		   "## server");
}

/* --- sites ---------------------------------------------------------------- */

static json_t *frame(const char *function, const char *module)
{
	return json_pack("{s:s, s:s, s:i, s:s, s:s}", "function", function,
			 "file", "src/server.c", "line", 31, "module", module,
			 "offset", "0x1234");
}

static json_t *site(const char *function, double last)
{
	return json_pack(
		"{s:s, s:i, s:b, s:b, s:f, s:f, s:f, s:[], s:[o, o, o]}",
		"process", "server", "processes", 2, "grows", last > 1000,
		"has_stopped", 0, "first_bytes", 1000.0, "last_bytes", last,
		"error_bytes", 10000.0, "script", "stack",
		frame("malloc", "/lib/libc.so.6"),
		frame(function, "/bin/server"), frame("main", "/bin/server"));
}

static void add_sites(json_t *first, json_t *second)
{
	json_t *json = json_pack(
		"{s:i, s:[f, f], s:f, s:f, s:[o, o]}", "sampling_bytes", 4096,
		"iterations", 1000.0, 2000.0, "counted_first_bytes", 0.0,
		"counted_last_bytes", 1024000.0, "sites", first, second);

	tm_run_sites_release(&run->sites);
	cr_assert_eq(tm_run_sites_from_json(&run->sites, json, NULL), TM_OK);
	json_decref(json);
}

Test(why, sites_are_named_by_who_called_the_allocator)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	add_sites(site("take_request", 1025000), site("parse", 1000));
	assert_has(text(), "1 site with 100 % of the growth");
	assert_has(text(),
		   "1 KiB ± 19.6 B  100 %  take_request  server.c:31\n");
	assert_has(text(), "   main  server.c:31\n");
	assert_has(text(), "in 2 processes of server");
	assert_has_not(text(), "parse");
	assert_has(explain((struct tm_style){.is_full = 1}), "parse");
	assert_has_not(explain((struct tm_style){.stack = 1}), "main");
	assert_has_not(text(), "next:");
}

/* What others freed does not explain more than all that was counted. */
Test(why, sites_that_hold_more_than_was_counted_are_overstated)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request", 2049000), site("parse", 1000));
	assert_has(text(), "200 % of the growth");
	assert_has(text(), "; more than there was: the samples overstate it");
}

/* Of what Node keeps, the first frame that is not Node's own. */
static void add_heap_site(double last)
{
	json_t *json = json_pack(
		"{s:i, s:[f, f], s:[{s:b, s:f, s:f, s:f, s:[s, s, s]}]}",
		"sampling_bytes", 131072, "iterations", 1000.0, 2000.0, "sites",
		"grows", last > 1000, "first_bytes", 1000.0, "last_bytes", last,
		"error_bytes", 10000.0, "script",
		"at Buffer.alloc (node:buffer:391)", "at keep (/srv/app.js:7)",
		"at serve (/srv/app.js:12)");

	tm_run_sites_release(&run->heap_sites);
	cr_assert_eq(tm_run_sites_from_json(&run->heap_sites, json, NULL),
		     TM_OK);
	json_decref(json);
}

Test(why, sites_of_a_heap_stand_first_where_it_holds_the_growth)
{
	const char *heap, *native;

	curve(TM_METRIC_net_bytes, 1e6, 1024);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	tm_texts_add(&run->heaps, "Node");
	add_sites(site("take_request", 1025000), site("parse", 1000));
	add_heap_site(4097000);
	assert_has(text(), "Allocated at: 1 site in Node's heap (sampled every "
			   "128 KiB)");
	assert_has(text(), "4 KiB ± 19.6 B    keep  app.js:7\n");
	assert_has(text(), "  serve  app.js:12\n");
	assert_has_not(text(), "node:buffer");
	heap = strstr(text(), "Node's heap");
	native = strstr(text(), "malloc's bytes");
	cr_assert(heap && native);
	cr_assert(strstr(heap, "in malloc's bytes"));
	add_heap_site(2000);
	heap = strstr(text(), "in malloc's bytes");
	cr_assert(strstr(heap, "Node's heap"));
	assert_has(explain((struct tm_style){.form = TM_FORM_JSON}),
		   "\"heap_sites\"");
}

/* The heap grows, but no site is shown to: what they hold is better than nothing.
 * Malloc's are mostly the runtime's own. */
Test(why, sites_of_a_growing_heap_are_shown_though_none_is_shown_to_grow)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_live_bytes, 1e6, 1024);
	tm_texts_add(&run->heaps, "Node");
	add_sites(site("take_request", 1000), site("parse", 900));
	add_heap_site(1000);
	assert_has(text(), "Allocated and not freed in Node's heap (sampled "
			   "every 128 KiB); no site grows significantly\n");
	assert_has(text(), "keep  app.js:7\n");
	assert_has_not(text(), "take_request");
	run->heap_sites.first_x.is_known = 0;
	assert_has(text(), "; too few readings to say which of them grow\n");
}

Test(why, sites_of_a_flat_heap_are_left_out)
{
	curve(TM_METRIC_net_bytes, 1e6, 0);
	curve(TM_METRIC_live_bytes, 1e6, 0);
	tm_texts_add(&run->heaps, "Node");
	add_heap_site(1000);
	assert_has_not(text(), "keep  app.js:7\n");
}

/* A site of a heap is an estimate: the count of that heap is not. */
Test(why, a_site_of_a_heap_beyond_its_count_is_called_coarse)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	tm_texts_add(&run->heaps, "Node");
	add_heap_site(481000);
	run->heap_sites.counted_first_bytes = (struct tm_known_int){0, 1};
	run->heap_sites.counted_last_bytes = (struct tm_known_int){480000, 1};
	assert_has(text(), "with 100 % of the growth in Node's heap");
	assert_has_not(text(), "coarse");
	run->heap_sites.counted_last_bytes.value = 130000;
	assert_has(text(), "more than was counted: the estimate is coarse");
}

/* As the other tables are: broken between words, under its own start. */
Test(why, a_long_name_of_a_site_fits_a_terminal)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request<std::vector<std::string>, "
		       "std::allocator<std::string> >(std::string const&)",
		       1025000),
		  site("b", 1000));
	show(TM_SUBJECT_SITES, (struct tm_style){.width = 80});
	assert_has(out.bytes,
		   "\n  1 KiB ± 19.6 B  100 %  "
		   "take_request<std::vector<std::string>,\n"
		   "                         "
		   "std::allocator<std::string> >(std::string const&)\n"
		   "                         server.c:31\n"
		   "                           main  server.c:31\n"
		   "                         in 2 processes of server\n");
}

/* Other sites gave some back, so that malloc's bytes grew by less: that is said,
 * and no share is made smaller than it is. */
Test(why, sites_that_grow_by_more_than_all_say_so)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	add_sites(site("take_request", 1025000), site("parse", 1025000));
	assert_has(text(),
		   "2 sites with 200 % of the growth in malloc's bytes");
	assert_has(text(), "; more than all: others freed memory, or the "
			   "samples overstate it");
	assert_has(text(), " 100 %");
}

/* The allocator was asked seven times, while the program allocated: that is its
 * rate in a part of the run, and the gate calls it few samples. */
Test(why, what_few_samples_show_is_not_said_to_grow)
{
	size_t i;

	curve(TM_METRIC_net_bytes, 1e6, 0);
	for (i = 0; i < SAMPLES; i++)
		tm_sample_set(&run->samples[i], TM_METRIC_net_bytes,
			      i < 50 ? 1000000 + i % 7 * 100000
				     : 1700000 + i % 5 * 100000);
	for (i = 40; i < 47; i++)
		tm_sample_set(&run->samples[i], TM_METRIC_allocated_bytes,
			      1000000 + i * 20480);
	assert_has(text(), "few samples\n");
	assert_has_not(text(), "The program allocates");
	assert_has_not(text(), "  grows\n");
}

Test(why, of_more_than_resident_memory_no_share_is_given)
{
	curve(TM_METRIC_net_bytes, 1e6, 2048);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	assert_has(text(), "does not free it,\n  more than the growth of "
			   "resident memory.");
}

Test(why, sites_that_do_not_grow_are_only_held)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	curve(TM_METRIC_rss_bytes, 4e6, 1024);
	add_sites(site("a", 1000), site("b", 900));
	assert_has(text(), "no site grows significantly");
	/* Finer sampling would tell. */
	assert_has(text(), "--preload --sample-bytes 256 -- ./server");
}

Test(why, a_scripts_line_comes_first)
{
	json_t *first = site("dict_resize", 1025000);

	json_object_set_new(
		first, "script",
		json_pack("[s, s, s]", "Stack (most recent call first):",
			  "File \"/srv/app.py\", line 41 in subscribe",
			  "File \"/srv/app.py\", line 90 in <module>"));
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(first, site("b", 1000));
	assert_has(text(), "subscribe  app.py:41\n");
	assert_has(text(), "  <module>  app.py:90\n");
	assert_has(text(), "  dict_resize  server.c:31\n");
}

Test(why, a_frame_without_a_name_is_a_place_in_a_file)
{
	struct tm_run_frame unknown = {.module = (char[]){"/opt/libx.so"},
				       .offset = (char[]){"0x12ab"}};
	struct tm_run_frame nowhere = {.offset = (char[]){"0x12ab"}};
	char words[TM_FRAME_TEXT_MAX];

	tm_frame_text(words, &unknown);
	cr_assert_str_eq(words, "libx.so+0x12ab");
	tm_frame_text(words, &nowhere);
	cr_assert_str_eq(words, "[no file]+0x12ab");
}

Test(why, garbled_sites_do_no_harm)
{
	json_t *json = json_loads("{\"sites\": [1, null, {}, {\"stack\": 3, "
				  "\"script\": {}, \"grows\": true, "
				  "\"last_bytes\": \"x\"}, []]}",
				  0, NULL);

	cr_assert_eq(tm_run_sites_from_json(&run->sites, json, NULL), TM_OK);
	json_decref(json);
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	assert_has(explain((struct tm_style){.is_full = 1}),
		   "(no stack trace)");
	explain((struct tm_style){.form = TM_FORM_JSON});
}

/* --- other forms ---------------------------------------------------------- */

Test(why, markdown_has_tables)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request", 1025000), site("b", 1000));
	assert_has(explain((struct tm_style){.form = TM_FORM_MARKDOWN}),
		   "| allocated with malloc, not freed | 1 KiB |");
	assert_has(out.bytes, "`take_request  server.c:31`");
}

Test(why, markdown_names_processes)
{
	add_one_that_grows();
	assert_has(explain((struct tm_style){.form = TM_FORM_MARKDOWN}),
		   "\n- **1.18 MiB** (96 % of all), 960 B per iteration: "
		   "`worker, pid 41`, to the end\n");
}

Test(why, json_has_each_process)
{
	const json_t *list;
	json_t *json;

	add_one_that_grows();
	json = json_loads(explain((struct tm_style){.form = TM_FORM_JSON}), 0,
			  NULL);
	list = json_object_get(json, "processes");
	cr_assert_eq(json_array_size(list), 4);
	cr_assert_float_eq(json_number_value(json_object_get(
				   json_array_get(list, 0), "slope")),
			   960, .01);
	cr_assert_null(json_object_get(json_array_get(list, 3), "slope"));
	json_decref(json);
}

Test(why, json_holds_all_of_it)
{
	const json_t *sites;
	json_t *json;

	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request", 1025000), site("b", 1000));
	json = json_loads(explain((struct tm_style){.form = TM_FORM_JSON}), 0,
			  NULL);
	cr_assert_not_null(json);
	cr_assert_str_eq(json_string_value(json_object_get(json, "growth")),
			 "grows");
	sites = json_object_get(json, "sites");
	cr_assert_eq(json_array_size(sites), 2);
	cr_assert_float_eq(json_number_value(json_object_get(
				   json_array_get(sites, 0), "slope")),
			   1024, .01);
	cr_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(sites, 0), "holder")),
			 "take_request  server.c:31");
	json_decref(json);
}

Test(why, csv_has_a_row_for_each_layer_process_and_site)
{
	curve(TM_METRIC_rss_bytes, 1e7, 1024);
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request", 1025000), site("b", 1000));
	add_processes(2, json_pack("[o, o]", process(41, 1238400, 1990, 1),
				   brief_process(42)));
	explain((struct tm_style){.form = TM_FORM_CSV});
	assert_has(out.bytes, "run,row,name,unit,growth,slope_per_iteration,"
			      "low_per_iteration,high_per_iteration,share\n");
	assert_has(out.bytes,
		   "\nserver,layer,net,bytes,grows,1024,1024,1024,\n");
	assert_has(out.bytes,
		   "\nserver,process,\"worker, pid 41\",bytes,,960,,,");
	assert_has(out.bytes,
		   "\nserver,site,take_request  server.c:31,bytes,grows,1024,");
}

/* Many sites hold what they allocated at the start. */
Test(why, csv_has_the_sites_that_grow_unless_all_are_asked_for)
{
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request", 1025000), site("b", 1000));
	explain((struct tm_style){.form = TM_FORM_CSV});
	assert_has(out.bytes, ",site,take_request ");
	assert_has_not(out.bytes, ",flat,");
	explain((struct tm_style){.form = TM_FORM_CSV, .is_full = 1});
	assert_has(out.bytes, ",site,take_request ");
	assert_has(out.bytes, ",site,b  server.c:31,bytes,flat,");
}

/* Names are not ours: none of them is taken for markup or a formula. */
Test(why, hostile_names_stay_names)
{
	curve(TM_METRIC_rss_bytes, 1e7, 1024);
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("=cmd|'/c calc'!A0", 1025000), site("a,\"b\"", 9000));
	free(run->name);
	run->name = strdup("=1+1\n|x|");
	cr_assert_not_null(run->name);
	explain((struct tm_style){.form = TM_FORM_CSV, .is_full = 1});
	assert_has(out.bytes, "\n\" =1+1?|x|\",layer,net,");
	assert_has(out.bytes, ",site,\" =cmd|'/c calc'!A0  server.c:31\",");
	assert_has(out.bytes, ",site,\"a,\"\"b\"\"  server.c:31\",");
	explain((struct tm_style){.form = TM_FORM_MARKDOWN});
	assert_has(out.bytes, "## =1+1?\\|x\\|: ");
}

Test(why, has_the_forms_that_its_option_offers)
{
	unsigned int i;

	curve(TM_METRIC_rss_bytes, 1e7, 1024);
	for (i = 0; tm_why_forms[i]; i++) {
		if (!*tm_why_forms[i])
			continue;
		explain((struct tm_style){.form = (enum tm_form)i});
		cr_assert_gt(out.length, 0, "%s", tm_why_forms[i]);
	}
	cr_assert_eq(i, TM_FORM_COUNT);
	cr_assert_str_eq(tm_why_forms[TM_FORM_GITHUB], "");
}

Test(why, the_end_of_a_run_shows_its_sites_alone)
{
	const struct tm_style narrow = {.width = 40}, wide = {0};

	show(TM_SUBJECT_SITES, wide);
	cr_assert_eq(out.length, 0);
	curve(TM_METRIC_net_bytes, 1e6, 1024);
	add_sites(site("take_request", 1025000), site("b", 1000));
	show(TM_SUBJECT_SITES, wide);
	assert_has(out.bytes, "take_request");
	assert_has_not(out.bytes, "95 %");
	assert_has(out.bytes, "(sampled every 4 KiB)\n");
	show(TM_SUBJECT_SITES, narrow);
	assert_has(out.bytes, "\nAllocated at: 1 site with ");
	assert_has_not(out.bytes, "(sampled every 4 KiB)\n");
}
