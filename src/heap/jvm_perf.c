#include "heap/jvm_perf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/amount.h"

/* -XX:PerfDataMemorySize is 32 KiB if nothing is said. */
#define SIZE_MAX_BYTES TM_MIB

/* PerfDataPrologue */
#define MAGIC	      0xcafec0c0u
#define BYTE_ORDER_AT 4 /* 1: little */
#define MAJOR_AT      5
#define READY_AT      7
#define ENTRY_AT      24
#define ENTRIES_AT    28
#define PROLOGUE      32

/* PerfDataEntry */
#define LENGTH_AT 0
#define NAME_AT	  4
#define VECTOR_AT 8
#define TYPE_AT	  12
#define DATA_AT	  16
#define ENTRY	  20

#define GENERATION "sun.gc.generation."
#define COLLECTOR  "sun.gc.collector."

#define NAME_LENGTH_MAX 128
#define TEXT_LENGTH_MAX 80

/* --- the file ------------------------------------------------------------- */

enum tm_rc tm_jvm_perf_open(struct tm_jvm_perf *perf, const char *path,
			    struct tm_err *err)
{
	struct stat status;

	perf->bytes = NULL;
	perf->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (perf->fd < 0)
		return tm_fail_errno(err, errno, "cannot open '%s'", path);
	if (fstat(perf->fd, &status) != 0 || !S_ISREG(status.st_mode) ||
	    status.st_size < PROLOGUE ||
	    status.st_size > (off_t)SIZE_MAX_BYTES) {
		tm_jvm_perf_close(perf);
		return tm_fail(err, TM_EUNAVAILABLE,
			       "'%s' is not a file of a JVM's counters", path);
	}
	perf->size = (size_t)status.st_size;
	perf->bytes = malloc(perf->size);
	if (!perf->bytes) {
		tm_jvm_perf_close(perf);
		return tm_fail(err, TM_ENOMEM, "no memory for '%s'", path);
	}
	return TM_OK;
}

void tm_jvm_perf_close(struct tm_jvm_perf *perf)
{
	if (perf->fd >= 0)
		close(perf->fd);
	free(perf->bytes);
	*perf = (struct tm_jvm_perf){.fd = -1};
}

int tm_jvm_perf_read(const struct tm_jvm_perf *perf,
		     struct tm_jvm_counters *out)
{
	ssize_t length;

	*out = (struct tm_jvm_counters){0};
	if (perf->fd < 0)
		return 0;
	length = pread(perf->fd, perf->bytes, perf->size, 0);
	return length > 0 &&
	       tm_jvm_perf_parse(perf->bytes, (size_t)length, out);
}

/* --- numbers -------------------------------------------------------------- */

struct file {
	const unsigned char *bytes;
	size_t length;
	int is_little;
};

/* `size` bytes at `at`, which lie inside. */
static uint64_t number(const struct file *file, size_t at, unsigned int size)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		value = value << 8 |
			file->bytes[at + (file->is_little ? size - 1 - i : i)];
	return value;
}

static int is_inside(const struct file *file, size_t at, size_t size)
{
	return at <= file->length && size <= file->length - at;
}

/* --- counters ------------------------------------------------------------- */

/* A counter is a number, or a text. */
struct counter {
	const char *name;
	const char *text; /* NULL: a number */
	uint64_t number;
};

static int begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void take_space(struct tm_jvm_counters *out, const char *rest,
		       struct tm_jvm_space *space,
		       const struct counter *counter)
{
	if (strcmp(rest, "name") == 0 && counter->text)
		space->is_eden = strcmp(counter->text, "eden") == 0;
	if (counter->text)
		return;
	if (strcmp(rest, "used") == 0) {
		space->used = counter->number;
		out->has_used = 1;
	} else if (strcmp(rest, "capacity") == 0) {
		space->capacity = counter->number;
	}
}

/* sun.gc.generation.N.capacity, sun.gc.generation.N.space.M.used */
static void take_generation(struct tm_jvm_counters *out, const char *name,
			    const struct counter *counter)
{
	struct tm_jvm_generation *generation;
	unsigned int g, s;
	int end = 0;

	if (sscanf(name, "%1u%n", &g, &end) != 1 || g >= TM_JVM_GENERATIONS)
		return;
	generation = &out->generation[g];
	name += end;
	if (strcmp(name, ".capacity") == 0 && !counter->text) {
		generation->capacity = counter->number;
		generation->has_capacity = 1;
		out->has_committed = 1;
		return;
	}
	end = 0;
	if (sscanf(name, ".space.%1u.%n", &s, &end) == 1 && end > 0 &&
	    s < TM_JVM_SPACES)
		take_space(out, name + end, &generation->space[s], counter);
}

/* sun.gc.collector.N.invocations */
static void take_collector(struct tm_jvm_counters *out, const char *name,
			   const struct counter *counter)
{
	struct tm_jvm_collector *collector;
	unsigned int c;
	int end = 0;

	if (sscanf(name, "%1u.%n", &c, &end) != 1 || end == 0 ||
	    c >= TM_JVM_COLLECTORS)
		return;
	collector = &out->collector[c];
	name += end;
	if (strcmp(name, "invocations") == 0 && !counter->text) {
		collector->is_there = 1;
		collector->invocations = counter->number;
	} else if (strcmp(name, "name") == 0 && counter->text) {
		collector->is_loose = begins(counter->text, "Z") ||
				      begins(counter->text, "Shenandoah") ||
				      begins(counter->text, "CMS");
	}
}

static void take_counter(struct tm_jvm_counters *out,
			 const struct counter *counter)
{
	const char *name = counter->name;

	if (begins(name, GENERATION))
		take_generation(out, name + strlen(GENERATION), counter);
	else if (begins(name, COLLECTOR))
		take_collector(out, name + strlen(COLLECTOR), counter);
	else if (strcmp(name, "sun.rt.jvmCapabilities") == 0 && counter->text)
		out->attach = counter->text[0] == '1' ? TM_JVM_ATTACH_YES
						      : TM_JVM_ATTACH_NO;
}

/* --- entries -------------------------------------------------------------- */

/* A text that may lack its end.  Returns whether it begins inside. */
static int copy_text(const struct file *file, size_t at, size_t most, char *out,
		     size_t size)
{
	size_t i;

	if (at >= file->length)
		return 0;
	if (most > file->length - at)
		most = file->length - at;
	for (i = 0; i < most && i + 1 < size && file->bytes[at + i]; i++)
		out[i] = (char)file->bytes[at + i];
	out[i] = '\0';
	return 1;
}

/* The entry at `at`, whose `length` bytes lie inside. */
static void take_entry(const struct file *file, size_t at, size_t length,
		       struct tm_jvm_counters *out)
{
	size_t name_at = (size_t)number(file, at + NAME_AT, 4);
	size_t vector = (size_t)number(file, at + VECTOR_AT, 4);
	size_t data_at = (size_t)number(file, at + DATA_AT, 4);
	char type = (char)file->bytes[at + TYPE_AT];
	char name[NAME_LENGTH_MAX], text[TEXT_LENGTH_MAX];
	struct counter counter = {.name = name};

	if (name_at >= length || data_at >= length ||
	    !copy_text(file, at + name_at, length - name_at, name,
		       sizeof(name)))
		return;
	if (type == 'J' && vector == 0 && length - data_at >= 8)
		counter.number = number(file, at + data_at, 8);
	else if (type == 'B' && vector > 0 && vector <= length - data_at &&
		 copy_text(file, at + data_at, vector, text, sizeof(text)))
		counter.text = text;
	else
		return;
	take_counter(out, &counter);
}

int tm_jvm_perf_parse(const unsigned char *bytes, size_t length,
		      struct tm_jvm_counters *out)
{
	struct file file = {.bytes = bytes, .length = length};
	size_t at, size, entries;

	*out = (struct tm_jvm_counters){0};
	if (length < PROLOGUE || number(&file, 0, 4) != MAGIC ||
	    bytes[MAJOR_AT] != 2 || bytes[READY_AT] != 1)
		return 0;
	file.is_little = bytes[BYTE_ORDER_AT] == 1;
	at = (size_t)number(&file, ENTRY_AT, 4);
	entries = (size_t)number(&file, ENTRIES_AT, 4);
	while (entries-- > 0 && is_inside(&file, at, ENTRY)) {
		size = (size_t)number(&file, at + LENGTH_AT, 4);
		if (size < ENTRY || !is_inside(&file, at, size))
			break;
		take_entry(&file, at, size, out);
		at += size;
	}
	return 1;
}

/* --- what they come to ---------------------------------------------------- */

uint64_t tm_jvm_used(const struct tm_jvm_counters *counters)
{
	uint64_t used = 0;
	int g, s;

	for (g = 0; g < TM_JVM_GENERATIONS; g++) {
		for (s = 0; s < TM_JVM_SPACES; s++)
			used += counters->generation[g].space[s].used;
	}
	return used;
}

uint64_t tm_jvm_committed(const struct tm_jvm_counters *counters)
{
	uint64_t committed = 0;
	int g;

	for (g = 0; g < TM_JVM_GENERATIONS; g++)
		committed += counters->generation[g].capacity;
	return committed;
}

uint64_t tm_jvm_live(const struct tm_jvm_counters *counters)
{
	const struct tm_jvm_space *old = &counters->generation[1].space[0];
	uint64_t used = tm_jvm_used(counters), eden = 0;
	int s;

	for (s = 0; s < TM_JVM_SPACES; s++) {
		if (counters->generation[0].space[s].is_eden)
			eden += counters->generation[0].space[s].used;
	}
	return old->capacity >= old->used && old->capacity - old->used >= eden
		       ? used - eden
		       : used;
}

int tm_jvm_is_loose(const struct tm_jvm_counters *counters)
{
	int c, yes = 0;

	for (c = 0; c < TM_JVM_COLLECTORS; c++)
		yes = yes || counters->collector[c].is_loose;
	return yes;
}

/* Number 1 is the one that collects all, but for the loose ones: there it is one
 * of several phases. */
int tm_jvm_full_collections(const struct tm_jvm_counters *counters,
			    uint64_t *out)
{
	*out = counters->collector[1].invocations;
	return counters->collector[1].is_there && !tm_jvm_is_loose(counters);
}

uint64_t tm_jvm_collections(const struct tm_jvm_counters *counters)
{
	uint64_t sum = 0;
	int c;

	for (c = 0; c < TM_JVM_COLLECTORS; c++)
		sum += counters->collector[c].invocations;
	return sum;
}
