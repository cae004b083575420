#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "results/environment.h"
#include "results/run.h"
#include "util/sanitizer.h"

static struct tm_run *run;

static void make_run(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
}

static void free_run(void)
{
	tm_run_free(run);
}

static void add(uint64_t iteration, uint64_t elapsed_ns)
{
	struct tm_sample sample = {.iteration = iteration,
				   .elapsed_ns = elapsed_ns};

	tm_sample_set(&sample, TM_METRIC_rss_bytes, 4096);
	cr_assert_eq(tm_run_add_sample(run, &sample, NULL), TM_OK);
}

TestSuite(run, .init = make_run, .fini = free_run);

Test(run, has_no_rate_before_time_has_passed)
{
	double rate;

	cr_assert_not(tm_run_rate(run, &rate));
	add(0, 5);
	cr_assert_not(tm_run_rate(run, &rate));
	add(10, 5);
	cr_assert_not(tm_run_rate(run, &rate));
	add(10, 1000000005);
	cr_assert(tm_run_rate(run, &rate));
	cr_assert_float_eq(rate, 10.0, 1e-9);
}

/* Marks that came too fast to be sampled tell when they were read, not when they
 * were made. */
Test(run, has_no_rate_of_marks_without_samples)
{
	double rate;
	size_t i;

	for (i = 0; i < 4; i++)
		add(10 * i, 1000000000 * i);
	run->samples[0].present = 0;
	run->samples[3].present = 0;
	cr_assert(tm_run_rate(run, &rate));
	cr_assert_float_eq(rate, 10.0, 1e-9);
	run->samples[2].present = 0;
	cr_assert_not(tm_run_rate(run, &rate));
	run->samples[1].present = 0;
	cr_assert_not(tm_run_rate(run, &rate));
}

Test(run, is_measured_only_when_complete_and_sampled)
{
	static const struct tm_run_ending limit = {
		.cause = TM_ENDING_MEMORY_LIMIT};

	cr_assert_not(tm_run_is_measured(run));
	add(1, 1);
	cr_assert(tm_run_is_measured(run));
	tm_run_set_ending(run, &limit, NULL);
	cr_assert_eq(run->outcome, TM_OUTCOME_LIMIT);
	cr_assert_not(tm_run_is_measured(run));
}

Test(run, keeps_more_samples_than_it_first_has_room_for)
{
	uint64_t i;

	for (i = 0; i < 1000; i++) {
		add(i, i);
		cr_assert_geq(run->sample_capacity, run->sample_count);
	}
	cr_assert_eq(run->sample_count, 1000);
	for (i = 0; i < 1000; i++)
		cr_assert_eq(run->samples[i].iteration, i);
}

/* A sentence may quote what a program wrote. */
Test(run, keeps_sentences_printable)
{
	static const struct tm_run_ending error = {.cause = TM_ENDING_ERROR};

	tm_run_set_ending(run, &error, "a\033[31m\xff");
	cr_assert_str_eq(run->ending.text, "a?[31m?");
	tm_run_set_absent(run, TM_METRIC_garbage, "caf\xc3\xa9\n");
	cr_assert_str_eq(run->absent[TM_METRIC_garbage], "caf\xc3\xa9?");
	tm_run_note(run, "%s", "\xc3");
	cr_assert_str_eq(run->notes.text[0], "?");
}

Test(run, knows_its_outcomes_by_name)
{
	enum tm_outcome outcome;

	cr_assert(tm_outcome_find(&outcome, "timeout"));
	cr_assert_eq(outcome, TM_OUTCOME_TIMEOUT);
	cr_assert_str_eq(tm_outcome_name(TM_OUTCOME_LIMIT), "limit");
	cr_assert_not(tm_outcome_find(&outcome, "victory"));
}

static struct tm_run_environment environment;

static void forget_environment(void)
{
	tm_run_environment_release(&environment);
}

TestSuite(environment, .fini = forget_environment);

static int64_t number_of(const char *key)
{
	const struct tm_fact *fact = tm_facts_find(&environment.facts, key);

	cr_assert(fact && fact->type == TM_FACT_INT, "%s", key);
	return fact->number;
}

Test(environment, knows_the_machine_and_the_program)
{
	static const char *const keys[] = {"tidemark", "commit", "kernel",
					   "machine"};
	const char *cpu;
	size_t i;

	tm_environment_fill(&environment);
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		cr_assert_not_null(tm_facts_text(&environment.facts, keys[i]),
				   "%s", keys[i]);
	cr_assert_gt(number_of("cpus"), 0);
	cr_assert_eq(number_of("page_bytes"), sysconf(_SC_PAGESIZE));
	cr_assert_eq(number_of("memory_bytes"),
		     sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	cpu = tm_facts_text(&environment.facts, "cpu");
	cr_assert(!cpu || !strpbrk(cpu, ":\n"));
	cr_assert_str_eq(tm_facts_text(&environment.libraries, "jansson"),
			 jansson_version_str());
}

Test(environment, sees_the_allocator_of_a_process)
{
	const char *allocator, *other;

	tm_environment_add_process(&environment, getpid());
	allocator = tm_facts_text(&environment.facts, "allocator");
	other = tm_facts_text(&environment.facts, "sanitizer");
#if TM_ADDRESS_SANITIZER
	/* clang links it in statically, and such a one does not show. */
#ifdef __clang__
	cr_assert_null(other);
#else
	cr_assert_str_eq(other, "address");
#endif
#else
	cr_assert_null(other);
#endif
	cr_assert_str_eq(allocator, "libc");
}

/* Whether some line is `key` and, unless it is NULL, `text`. */
static int cpuinfo_has(const char *key, const char *text)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[512];
	int found = 0;

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found |= strncmp(line, key, strlen(key)) == 0 &&
			 (!text || strcmp(line + strlen(key), text) == 0);
	}
	if (file)
		fclose(file);
	return found;
}

Test(environment, is_of_this_kernel_and_build)
{
	struct utsname here;
	const char *cpu;
	char kernel[200];

	cr_assert_eq(uname(&here), 0);
	snprintf(kernel, sizeof(kernel), "%s %s", here.sysname, here.release);
	tm_environment_fill(&environment);
	cr_expect_str_eq(tm_facts_text(&environment.facts, "kernel"), kernel);
	cr_expect_str_eq(tm_facts_text(&environment.facts, "machine"),
			 here.machine);
	cr_expect_eq(number_of("cpus"), sysconf(_SC_NPROCESSORS_ONLN));
	cr_expect_not_null(tm_facts_text(&environment.facts, "variant"));
	cpu = tm_facts_text(&environment.facts, "cpu");
	cr_expect(!cpu || (*cpu && *cpu != ' '));
	cr_expect_eq(cpu != NULL, cpuinfo_has("model name\t: ", cpu));
}

/* A program that has no allocator but the C library's. */
Test(environment, sees_the_allocator_of_another_process)
{
	const char *allocator = NULL;
	pid_t child = fork();
	int i, is_read = 0;

	cr_assert_geq(child, 0);
	if (child == 0) {
		execlp("sleep", "sleep", "30", NULL);
		_exit(127);
	}
	/* Until then it is this program, with this program's allocator; one
	 * reading may begin before that moment and end after it, and at that
	 * moment nothing is mapped. */
	for (i = 0; i < 500; i++) {
		tm_run_environment_release(&environment);
		is_read = tm_environment_add_process(&environment, child);
		allocator = tm_facts_text(&environment.facts, "allocator");
		if (is_read && allocator && strcmp(allocator, "libc") == 0 &&
		    !tm_facts_text(&environment.facts, "sanitizer"))
			break;
		usleep(10000);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	cr_assert(is_read);
	cr_assert_not_null(allocator);
	cr_expect_str_eq(allocator, "libc");
	cr_expect_null(tm_facts_text(&environment.facts, "sanitizer"));
	cr_expect_null(tm_facts_text(&environment.facts, "allocator_version"));
	tm_run_environment_release(&environment);
	cr_expect_not(tm_environment_add_process(&environment, child));
	cr_expect_eq(environment.facts.count, 0);
}

Test(environment, survives_a_round_trip)
{
	struct tm_run_environment back = {0};
	json_t *json;

	tm_facts_set_text(&environment.facts, "cpu", "8086\xff");
	tm_facts_set_int(&environment.facts, "cpus", 0);
	tm_facts_set_text(&environment.libraries, "jansson", "2.14");
	json = tm_run_environment_to_json(&environment);
	json_object_set_new(json, "new", json_pack("[b, n]", 1));
	tm_run_environment_from_json(&back, json);
	cr_expect_eq(back.facts.count, 3);
	cr_expect_str_eq(tm_facts_text(&back.facts, "cpu"), "8086?");
	cr_expect_eq(tm_facts_find(&back.facts, "cpus")->number, 0);
	cr_expect_null(tm_facts_find(&back.facts, "kernel"));
	cr_expect_str_eq(tm_facts_find(&back.facts, "new")->text,
			 "[true,null]");
	cr_expect_str_eq(tm_facts_text(&back.libraries, "jansson"), "2.14");
	json_decref(json);
	tm_run_environment_release(&back);
}

Test(run, is_counted_in_units_with_names)
{
	enum tm_unit unit;

	cr_assert(tm_unit_find(&unit, "iteration"));
	cr_assert_eq(unit, TM_UNIT_ITERATION);
	cr_assert_str_eq(tm_unit_name(unit), "iteration");
	cr_assert_str_eq(tm_unit_per(unit), "per iteration");
	cr_assert_eq(tm_unit_scale(unit), 1.0);
	cr_assert(tm_unit_find(&unit, "second"));
	cr_assert_eq(unit, TM_UNIT_SECOND);
	cr_assert_str_eq(tm_unit_name(unit), "second");
	cr_assert_str_eq(tm_unit_per(unit), "per second");
	cr_assert_eq(tm_unit_scale(unit), 1000.0);
	cr_assert_not(tm_unit_find(&unit, "week"));
	cr_assert_not(tm_unit_find(&unit, ""));
}

Test(run, tells_positions_in_its_unit)
{
	struct tm_sample sample = {.iteration = 2500};

	cr_expect_eq(tm_run_position(run, &sample), 2500);
	cr_expect_str_eq(tm_run_per(run), "per iteration");
	run->unit = TM_UNIT_SECOND;
	cr_expect_eq(tm_run_position(run, &sample), 2.5);
	cr_expect_str_eq(tm_run_per(run), "per second");
}

Test(run, has_a_rate_only_where_iterations_and_time_go_on)
{
	double rate;

	add(5, 1000000000);
	add(5, 2000000000);
	cr_assert_not(tm_run_rate(run, &rate));
	add(7, 3000000000);
	cr_assert(tm_run_rate(run, &rate));
	cr_assert_float_eq(rate, 1, 1e-12);
	run->unit = TM_UNIT_SECOND;
	cr_assert_not(tm_run_rate(run, &rate));
}

Test(run, counts_the_samples_that_hold_something)
{
	add(1, 1);
	add(2, 2);
	add(3, 3);
	run->samples[0].present = 0;
	run->samples[1].present = 0;
	run->samples[2].present = 0;
	cr_assert_eq(tm_run_measured_count(run), 0);
	tm_sample_set(&run->samples[0], TM_METRIC_rss_bytes, 0);
	tm_sample_set(&run->samples[2], TM_METRIC_rss_bytes, 1);
	cr_assert_eq(tm_run_measured_count(run), 2);
}

Test(run, starts_complete_and_without_an_exit_code)
{
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_eq(run->ending.cause, TM_ENDING_NONE);
	cr_assert_eq(run->exit_code, -1);
	cr_assert_eq(run->signal, 0);
	cr_assert_eq(strlen(run->started), 20);
	cr_assert_eq(run->notes.count, 0);
}
