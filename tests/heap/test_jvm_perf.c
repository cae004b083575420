#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "heap/jvm_perf.h"

/* --- a file of counters --------------------------------------------------- */

static unsigned char file[8192];
static size_t length;
static unsigned int entries;
static int is_little = 1;
static struct tm_jvm_counters counters;

static void put(size_t at, uint64_t value, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		file[at + (is_little ? i : size - 1 - i)] =
			(unsigned char)(value >> 8 * i);
}

static void start_file(void)
{
	static const unsigned char magic[] = {0xca, 0xfe, 0xc0, 0xc0};

	memset(file, 0, sizeof(file));
	memcpy(file, magic, sizeof(magic));
	file[4] = (unsigned char)is_little;
	file[5] = 2;
	file[7] = 1;
	put(24, 32, 4);
	length = 32;
	entries = 0;
}

/* Names and data lie as the JVM lays them: each at a multiple of 8. */
static size_t begin_entry(const char *name, char type, size_t vector,
			  size_t size)
{
	size_t data = (20 + strlen(name) + 1 + 7) / 8 * 8;
	size_t whole = (data + size + 7) / 8 * 8;
	size_t at = length;

	put(at, whole, 4);
	put(at + 4, 20, 4);
	put(at + 8, vector, 4);
	file[at + 12] = (unsigned char)type;
	put(at + 16, data, 4);
	memcpy(file + at + 20, name, strlen(name) + 1);
	length += whole;
	put(28, ++entries, 4);
	return at + data;
}

static void add_number(const char *name, uint64_t value)
{
	put(begin_entry(name, 'J', 0, 8), value, 8);
}

static void add_text(const char *name, const char *text)
{
	size_t size = strlen(text) + 1;

	memcpy(file + begin_entry(name, 'B', size, size), text, size);
}

static int parse(void)
{
	return tm_jvm_perf_parse(file, length, &counters);
}

/* As a JVM with SerialGC has them, after a collection. */
static void add_serial(void)
{
	add_number("java.cls.loadedClasses", 500);
	add_text("sun.rt.jvmCapabilities", "1100");
	add_text("sun.gc.collector.0.name", "Serial young collection pauses");
	add_number("sun.gc.collector.0.invocations", 7);
	add_text("sun.gc.collector.1.name", "Serial full collection pauses");
	add_number("sun.gc.collector.1.invocations", 3);
	add_number("sun.gc.generation.0.capacity", 1000);
	add_text("sun.gc.generation.0.space.0.name", "eden");
	add_number("sun.gc.generation.0.space.0.capacity", 800);
	add_number("sun.gc.generation.0.space.0.used", 50);
	add_text("sun.gc.generation.0.space.1.name", "s0");
	add_number("sun.gc.generation.0.space.1.used", 20);
	add_number("sun.gc.generation.1.capacity", 4000);
	add_text("sun.gc.generation.1.space.0.name", "old");
	add_number("sun.gc.generation.1.space.0.capacity", 4000);
	add_number("sun.gc.generation.1.space.0.used", 3000);
	add_number("sun.gc.metaspace.used", 99);
}

TestSuite(jvm_perf, .init = start_file);

/* --- what is in it -------------------------------------------------------- */

static void check_serial(void)
{
	uint64_t full;

	cr_assert(parse());
	cr_assert_eq(tm_jvm_used(&counters), 3070);
	cr_assert_eq(tm_jvm_committed(&counters), 5000);
	cr_assert(tm_jvm_full_collections(&counters, &full));
	cr_assert_eq(full, 3);
	cr_assert_eq(counters.attach, TM_JVM_ATTACH_YES);
}

Test(jvm_perf, sums_the_spaces_of_both_generations)
{
	add_serial();
	check_serial();
}

Test(jvm_perf, is_read_in_either_order_of_bytes)
{
	is_little = 0;
	start_file();
	add_serial();
	check_serial();
}

/* What eden holds was made since the collection, if there was room for it. */
Test(jvm_perf, leaves_eden_out_of_what_is_live)
{
	add_serial();
	cr_assert(parse());
	cr_assert_eq(tm_jvm_live(&counters), 3020);
	counters.generation[1].space[0].used = 3990;
	cr_assert_eq(tm_jvm_live(&counters), 4060);
}

Test(jvm_perf, knows_collectors_whose_used_bytes_are_more_than_live_ones)
{
	static const char *const names[] = {"Z concurrent cycle pauses",
					    "ZGC major collection pauses",
					    "Shenandoah full", "CMS"};
	uint64_t full;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		start_file();
		add_text("sun.gc.collector.1.name", names[i]);
		add_number("sun.gc.collector.1.invocations", 3);
		cr_assert(parse());
		cr_assert(tm_jvm_is_loose(&counters), "%s", names[i]);
		cr_assert_not(tm_jvm_full_collections(&counters, &full));
	}
}

Test(jvm_perf, does_not_know_what_is_not_there)
{
	uint64_t full;

	add_text("sun.rt.jvmCapabilities", "0100");
	cr_assert(parse());
	cr_assert_not(counters.has_used);
	cr_assert_not(counters.has_committed);
	cr_assert_not(tm_jvm_full_collections(&counters, &full));
	cr_assert_eq(counters.attach, TM_JVM_ATTACH_NO);
}

/* --- what is wrong with it ------------------------------------------------ */

Test(jvm_perf, is_refused_until_the_jvm_has_begun)
{
	add_serial();
	file[7] = 0;
	cr_assert_not(parse());
}

Test(jvm_perf, is_refused_in_another_form)
{
	add_serial();
	file[5] = 1;
	cr_assert_not(parse());
	file[5] = 2;
	file[0] = 'x';
	cr_assert_not(parse());
	cr_assert_not(tm_jvm_perf_parse(file, 31, &counters));
	cr_assert_not(tm_jvm_perf_parse(file, 0, &counters));
}

/* Each length that it can be cut to, from memory that ends there. */
Test(jvm_perf, may_end_anywhere)
{
	unsigned char *copy;
	size_t whole, end;

	add_serial();
	whole = length;
	for (end = 1; end <= whole; end++) {
		copy = malloc(end);
		cr_assert_not_null(copy);
		memcpy(copy, file, end);
		(void)tm_jvm_perf_parse(copy, end, &counters);
		free(copy);
	}
}

/* Each byte behind the head set to each of some values. */
Test(jvm_perf, may_point_anywhere)
{
	static const unsigned char values[] = {0, 1, 0x20, 0x7f, 0x80, 0xff};
	unsigned char *copy;
	size_t at, i;

	add_serial();
	copy = malloc(length);
	cr_assert_not_null(copy);
	for (at = 8; at < length; at++) {
		for (i = 0; i < sizeof(values); i++) {
			memcpy(copy, file, length);
			copy[at] = values[i];
			(void)tm_jvm_perf_parse(copy, length, &counters);
		}
	}
	free(copy);
}

Test(jvm_perf, does_not_read_what_points_outside)
{
	size_t at = length;

	add_number("sun.gc.generation.1.space.0.used", 3000);
	put(at + 16, 4000, 4);
	cr_assert(parse());
	cr_assert_not(counters.has_used);
}

/* --- the file itself ------------------------------------------------------ */

static char path[] = "/tmp/tidemark-hsperf-XXXXXX";

static void write_file(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, file, length), (ssize_t)length);
	close(fd);
}

Test(jvm_perf, is_read_anew_each_time)
{
	struct tm_jvm_perf perf = {.fd = -1};
	FILE *stream;

	add_serial();
	write_file();
	cr_assert_eq(tm_jvm_perf_open(&perf, path, NULL), TM_OK);
	cr_assert(tm_jvm_perf_read(&perf, &counters));
	cr_assert_eq(tm_jvm_used(&counters), 3070);
	/* The JVM that ends may cut it. */
	stream = fopen(path, "w");
	cr_assert_not_null(stream);
	fclose(stream);
	cr_assert_not(tm_jvm_perf_read(&perf, &counters));
	tm_jvm_perf_close(&perf);
	tm_jvm_perf_close(&perf);
	unlink(path);
}

Test(jvm_perf, is_not_a_folder_or_a_link_or_too_short)
{
	struct tm_jvm_perf perf = {.fd = -1};
	char link[] = "/tmp/tidemark-hsperf-link";

	cr_assert_neq(tm_jvm_perf_open(&perf, "/tmp", NULL), TM_OK);
	cr_assert_neq(tm_jvm_perf_open(&perf, "/no/such", NULL), TM_OK);
	write_file();
	cr_assert_eq(tm_jvm_perf_open(&perf, path, NULL), TM_OK);
	tm_jvm_perf_close(&perf);
	unlink(link);
	cr_assert_eq(symlink(path, link), 0);
	cr_assert_neq(tm_jvm_perf_open(&perf, link, NULL), TM_OK);
	unlink(link);
	cr_assert_eq(truncate(path, 20), 0);
	cr_assert_neq(tm_jvm_perf_open(&perf, path, NULL), TM_OK);
	unlink(path);
}
