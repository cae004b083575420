#include "heap/jvm_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "heap/reader.h"
#include "util/text.h"

/* --- status --------------------------------------------------------------- */

/* The number behind the last blank: NSpid has one for each namespace. */
static long last_number(const char *text)
{
	const char *blank = strrchr(text, '\t');

	return strtol(blank ? blank + 1 : text, NULL, 10);
}

/* The second of the four numbers in Uid and Gid. */
static unsigned int effective(const char *text)
{
	char *end;

	(void)strtoul(text, &end, 10);
	return (unsigned int)strtoul(end, NULL, 10);
}

static int take_status(void *context, char *line)
{
	struct tm_jvm_process *process = context;
	char *value = strchr(line, ':');

	if (!value)
		return 1;
	*value++ = '\0';
	while (*value == '\t' || *value == ' ')
		value++;
	if (strcmp(line, "Uid") == 0)
		process->uid = effective(value);
	else if (strcmp(line, "Gid") == 0)
		process->gid = effective(value);
	else if (strcmp(line, "NSpid") == 0)
		process->inner_pid = (pid_t)last_number(value);
	else if (strcmp(line, "SigCgt") == 0)
		process->catches_quit =
			(int)(strtoull(value, NULL, 16) >> (SIGQUIT - 1) & 1u);
	return 1;
}

int tm_jvm_process_status(struct tm_jvm_process *out, pid_t pid)
{
	out->pid = pid;
	out->inner_pid = pid;
	out->catches_quit = 0;
	return tm_reader_process(pid, "status", take_status, out);
}

/* --- libraries ------------------------------------------------------------ */

/* The path at the end of a line of maps or smaps; NULL: it has none. */
static const char *path_in(const char *line)
{
	return strchr(line, '/');
}

static int is_data_path(const char *path)
{
	const char *folder = strstr(path, "/hsperfdata_");

	return folder && strchr(folder + 1, '/') &&
	       !strstr(folder, " (deleted)");
}

static int take_mapping(void *context, char *line)
{
	struct tm_jvm_process *process = context;
	const char *path = path_in(line), *base;

	if (!path)
		return 1;
	base = tm_base_name(path);
	if (strncmp(base, "libjvm.so", 9) == 0)
		process->has_hotspot = 1;
	else if (strncmp(base, "libj9vm", 7) == 0)
		process->has_openj9 = 1;
	else if (is_data_path(path) &&
		 strlen(path) < sizeof(process->data_path))
		memcpy(process->data_path, path, strlen(path) + 1);
	return 1;
}

int tm_jvm_process_read(struct tm_jvm_process *out, pid_t pid)
{
	*out = (struct tm_jvm_process){0};
	return tm_jvm_process_status(out, pid) &&
	       tm_reader_process(pid, "maps", take_mapping, out);
}

/* --- options -------------------------------------------------------------- */

/* Arguments are read in pieces that overlap by the length of the text. */
static int file_says(pid_t pid, const char *name, const char *text)
{
	char path[64], bytes[8192];
	size_t length = strlen(text), kept = 0;
	ssize_t got;
	int fd, is_there = 0;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (!is_there &&
	       (got = read(fd, bytes + kept, sizeof(bytes) - kept)) > 0) {
		kept += (size_t)got;
		is_there = memmem(bytes, kept, text, length) != NULL;
		if (kept >= length) {
			memmove(bytes, bytes + kept - (length - 1), length - 1);
			kept = length - 1;
		}
	}
	close(fd);
	return is_there;
}

int tm_jvm_process_says(pid_t pid, const char *text)
{
	return file_says(pid, "cmdline", text) ||
	       file_says(pid, "environ", text);
}

/* --- what is resident ----------------------------------------------------- */

struct resident {
	uint64_t low, high;
	int is_inside; /* the mapping that is being read is of the heap */
	unsigned int found;
	uint64_t bytes;
};

/* "e0000000-100000000 rw-p ..." begins a mapping, "Rss:  12 kB" is of it. */
static int take_resident(void *context, char *line)
{
	struct resident *resident = context;
	unsigned long long low, high;
	char next;

	if (strncmp(line, "Rss:", 4) == 0) {
		if (resident->is_inside)
			resident->bytes +=
				(uint64_t)strtoull(line + 4, NULL, 10) * 1024;
		return 1;
	}
	if (sscanf(line, "%llx-%llx%c", &low, &high, &next) != 3)
		return 1;
	resident->is_inside = (low >= resident->low && low < resident->high) ||
			      strstr(line, "/memfd:java_heap") != NULL;
	resident->found += (unsigned int)resident->is_inside;
	return 1;
}

int tm_jvm_process_resident(pid_t pid, uint64_t low, uint64_t high,
			    uint64_t *out, unsigned int *found)
{
	struct resident resident = {.low = low, .high = high};

	if (!tm_reader_process(pid, "smaps", take_resident, &resident))
		return 0;
	*out = resident.bytes;
	*found = resident.found;
	return 1;
}
