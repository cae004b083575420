/*
 * runner.c - run a Criterion program's tests without Criterion's own processes.
 *
 * Purpose:   scripts/mutants runs thousands of test programs.  Criterion starts
 *            each test as a new program, which costs five times what the tests
 *            take; here a test is a fork and no more.
 * Errors:    the first test that fails is named and ends the program with 1.
 * Source:    Criterion 2.4: its macros put each test in the section cr_tst, and
 *            call the functions that are defined below in place of its own.
 *
 *	test [SUITE]	only the tests of SUITE
 */
#include <criterion/criterion.h>
#include <criterion/event.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak)),
	*__stop_cr_sts[] __attribute__((weak));

static const struct criterion_test *test;
static const struct criterion_suite *suite; /* of `test`, or NULL */
static void *param;			    /* of a parameterized test */
static int failed;

/* --- in place of Criterion's ---------------------------------------------- */

void criterion_send_assert(struct criterion_assert_stats *stats)
{
	failed |= !stats->passed;
}

void cri_asserts_passed_incr(void)
{
}

void criterion_continue_test(void)
{
}

void criterion_abort_test(void)
{
	_exit(1);
}

void criterion_skip_test(const char *format, ...)
{
	(void)format;
	_exit(0);
}

static void call(void (*fixture)(void))
{
	if (fixture)
		fixture();
}

void criterion_internal_test_setup(void)
{
	if (suite && suite->data)
		call(suite->data->init);
	call(test->data->init);
}

void criterion_internal_test_main(void (*body)(void))
{
	void (*with)(void *);

	if (!param) {
		body();
		return;
	}
	memcpy(&with, &body, sizeof(with));
	with(param);
}

void criterion_internal_test_teardown(void)
{
	call(test->data->fini);
	if (suite && suite->data)
		call(suite->data->fini);
}

/* --- running -------------------------------------------------------------- */

static const struct criterion_suite *find_suite(const char *name)
{
	struct criterion_suite **at;

	for (at = __start_cr_sts; at && at < __stop_cr_sts; at++) {
		if (*at && strcmp((*at)->name, name) == 0)
			return *at;
	}
	return NULL;
}

static int is_as_expected(int status)
{
	const struct criterion_test_extra_data *data = test->data;

	if (data->signal)
		return WIFSIGNALED(status) && WTERMSIG(status) == data->signal;
	return WIFEXITED(status) && WEXITSTATUS(status) == data->exit_code;
}

static void run_one(void)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		exit(3);
	if (child == 0) {
		test->test();
		_exit(failed);
	}
	if (waitpid(child, &status, 0) == child && is_as_expected(status))
		return;
	printf("[FAIL] %s::%s\n", test->category, test->name);
	exit(1);
}

static void run_test(void)
{
	struct criterion_test_params params;
	size_t i;

	param = NULL;
	if (test->data->kind_ != CR_TEST_PARAMETERIZED) {
		run_one();
		return;
	}
	params = test->data->param_();
	for (i = 0; i < params.length; i++) {
		param = (char *)params.params + i * params.size;
		run_one();
	}
}

int main(int argc, char **argv)
{
	struct criterion_test **at;

	for (at = __start_cr_tst; at < __stop_cr_tst; at++) {
		if (!*at || (argc > 1 && strcmp((*at)->category, argv[1]) != 0))
			continue;
		test = *at;
		suite = find_suite(test->category);
		if (!test->data->disabled)
			run_test();
	}
	return 0;
}
