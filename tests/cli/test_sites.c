/*
 * The real library in a program that leaks at known rates: what tidemark says
 * of it must be within the error that it states.
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

/* malloc_usable_size() of a block of 100 bytes of glibc's. */
#define BLOCK 104.0

/* Standard errors within which an estimate must lie: of 16,000 seeds one does
 * not. */
#define ERRORS_MOST 4.0

static json_t *why;

static void open_all(void)
{
	char self[PATH_MAX - 64], programs[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int i;

	cr_assert(length > 0);
	self[length] = '\0';
	for (i = 0; i < 2; i++)
		*strrchr(self, '/') = '\0';
	snprintf(programs, sizeof(programs), "%s/preload/programs", self);
	/* The same samples each time. */
	setenv("TIDEMARK_PRELOAD_SEED", "1", 1);
	driver_open();
	setenv("PROGRAMS", programs, 1);
}

static void close_all(void)
{
	json_decref(why);
	driver_close();
}

TestSuite(cli_sites, .init = open_all, .fini = close_all);

static void measure(const char *arguments)
{
	char call[400];

	snprintf(call, sizeof(call),
		 "exec --quiet --preload --sample-bytes 2KiB --mark-ack -- "
		 "\"$PROGRAMS/leaky\" %s",
		 arguments);
	cr_assert_eq(tidemark(call), 0, "%s", driver_err());
	cr_assert_eq(tidemark("why --format json --all"), 0, "%s",
		     driver_err());
	why = json_loads(driver_out(), 0, NULL);
	cr_assert_not_null(why);
}

static const json_t *site_at(size_t at)
{
	const json_t *site = json_array_get(json_object_get(why, "sites"), at);

	cr_assert_not_null(site, "no site %zu in\n%s", at, driver_out());
	return site;
}

static double number(const json_t *json, const char *key)
{
	cr_assert(json_is_number(json_object_get(json, key)), "no %s in\n%s",
		  key, driver_out());
	return json_number_value(json_object_get(json, key));
}

static void assert_grows(size_t at, const char *function, const char *file,
			 double rate)
{
	const json_t *site = site_at(at);
	const char *holder = json_string_value(json_object_get(site, "holder"));
	double error = number(site, "slope_error");

	cr_assert(json_is_true(json_object_get(site, "grows")), "%s",
		  driver_out());
	cr_assert(holder && strstr(holder, function) == holder, "%s is not %s",
		  holder, function);
	cr_assert(strstr(holder, file), "%s", holder);
	cr_assert(fabs(number(site, "slope") - rate) < ERRORS_MOST * error,
		  "%s: %g, not %g within %g times %g", function,
		  number(site, "slope"), rate, ERRORS_MOST, error);
}

/* No other site may seem to grow, the cache that filled least of all. */
static void assert_no_more(size_t from)
{
	const json_t *site;
	size_t i;

	json_array_foreach(json_object_get(why, "sites"), i, site)
	{
		if (i >= from && json_is_true(json_object_get(site, "grows")))
			cr_assert(json_is_true(
					  json_object_get(site, "has_stopped")),
				  "%s grows",
				  json_string_value(
					  json_object_get(site, "holder")));
	}
}

Test(cli_sites, finds_both_leaks_in_their_order)
{
	measure("2000");
	assert_grows(0, "leak_much", "leaky.c:28", 30 * BLOCK);
	assert_grows(1, "leak_little", "leaky.c:36", 10 * BLOCK);
	assert_no_more(2);
}

Test(cli_sites, finds_them_in_a_thread)
{
	measure("2000 thread");
	assert_grows(0, "leak_much", "leaky.c:28", 30 * BLOCK);
	assert_grows(1, "leak_little", "leaky.c:36", 10 * BLOCK);
	assert_no_more(2);
}

Test(cli_sites, finds_them_in_a_forked_worker)
{
	measure("2000 fork");
	assert_grows(0, "leak_much", "leaky.c:28", 30 * BLOCK);
	assert_grows(1, "leak_little", "leaky.c:36", 10 * BLOCK);
	assert_no_more(2);
}

Test(cli_sites, finds_them_in_a_program_that_executed_another)
{
	measure("2000 exec");
	assert_grows(0, "leak_much", "leaky.c:28", 30 * BLOCK);
	assert_grows(1, "leak_little", "leaky.c:36", 10 * BLOCK);
	assert_no_more(2);
}

Test(cli_sites, finds_one_in_a_library_that_is_loaded_later)
{
	measure("2000 plugin \"$PROGRAMS/leaky_plugin.so\"");
	assert_grows(0, "leak_much", "leaky.c:28", 30 * BLOCK);
	assert_grows(1, "leak_in_plugin", "leaky_plugin.c:13", 10 * BLOCK);
	assert_no_more(2);
}

/* The program waits at each mark, so nothing lies between it and its sample. */
Test(cli_sites, counts_what_malloc_gave)
{
	const json_t *layer;
	double slope = NAN;
	size_t i;

	measure("2000");
	json_array_foreach(json_object_get(why, "layers"), i, layer)
	{
		if (strcmp(json_string_value(json_object_get(layer, "layer")),
			   "net") == 0)
			slope = number(layer, "slope");
	}
	cr_assert_float_eq(slope, 40 * BLOCK, .4 * BLOCK, "%g", slope);
}
