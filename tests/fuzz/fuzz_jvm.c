/* Anything that a JVM may publish or answer.  The first byte says which: 'p' is a
 * performance data file, else lines of a class histogram. */
#include <assert.h>
#include <string.h>

#include "folder.h"
#include "heap/jvm_classes.h"
#include "heap/jvm_perf.h"

static void read_counters(const uint8_t *bytes, size_t length)
{
	struct tm_jvm_counters counters;
	uint64_t full;

	if (!tm_jvm_perf_parse(bytes, length, &counters))
		return;
	tm_jvm_used(&counters);
	tm_jvm_committed(&counters);
	tm_jvm_live(&counters);
	tm_jvm_is_loose(&counters);
	tm_jvm_collections(&counters);
	(void)tm_jvm_full_collections(&counters, &full);
}

static void read_line(const char *line)
{
	struct tm_jvm_class class;
	char name[64];

	if (!tm_jvm_class_read(&class, line)) {
		(void)tm_jvm_total_read(&class, line);
		return;
	}
	assert(class.name >= line && class.name <= line + strlen(line));
	tm_jvm_class_name(name, sizeof(name), class.name);
	assert(memchr(name, '\0', sizeof(name)));
}

static void read_lines(const uint8_t *bytes, size_t length)
{
	char line[1024];
	size_t end;

	for (; length > 0; bytes += end, length -= end) {
		for (end = 0; end < length && end < sizeof(line) - 1; end++) {
			if (bytes[end] == '\n')
				break;
			line[end] = (char)bytes[end];
		}
		line[end] = '\0';
		read_line(line);
		end += end < length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > 0 && bytes[0] == 'p')
		read_counters(bytes + 1, length - 1);
	else
		read_lines(bytes, length);
	return 0;
}
