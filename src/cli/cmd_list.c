#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "suite/catalog.h"
#include "subprocess/child.h"
#include "util/clock.h"

/* A program that does not describe itself in this time is shown without. */
#define DESCRIBE_MS 2000

static const struct tm_cli_flag flags[] = {TM_CLI_FLAGS_END};

/* Read to the end of the output, at most `size` bytes of it and until the time
 * is over. */
static void read_for_a_while(int fd, char *out, size_t size)
{
	uint64_t end_ns = tm_clock_ns() + DESCRIBE_MS * 1000000ull;
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	size_t length = 0;

	while (length < size - 1) {
		uint64_t now_ns = tm_clock_ns();
		ssize_t got;

		if (now_ns >= end_ns ||
		    poll(&wait, 1, (int)((end_ns - now_ns) / 1000000u) + 1) ==
			    0)
			break;
		got = read(fd, out + length, size - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	out[length] = '\0';
}

/* What the program prints for --describe: "name<TAB>summary". */
static void describe(const char *program, char *out, size_t size)
{
	static char flag[] = "--describe";
	char path[PATH_MAX + 256];
	char *argv[] = {path, flag, NULL};
	struct tm_child_opts opts = {.program = program, .argv = argv};
	struct tm_child child;
	int ends[2];

	*out = '\0';
	snprintf(path, sizeof(path), "%s", program);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	opts.stdout_fd = ends[1];
	if (tm_child_start(&child, &opts, NULL) == TM_OK) {
		close(ends[1]);
		ends[1] = -1;
		read_for_a_while(ends[0], out, size);
		tm_child_signal(&child, SIGKILL);
		(void)tm_child_reap(&child, NULL);
	}
	if (ends[1] >= 0)
		close(ends[1]);
	close(ends[0]);
}

static void print_scenario(const struct tm_catalog *catalog, const char *file)
{
	char program[PATH_MAX + 256], name[256], line[512];
	char *summary;

	snprintf(program, sizeof(program), "%s/%s", catalog->folder, file);
	tm_catalog_name(file, name, sizeof(name));
	describe(program, line, sizeof(line));
	line[strcspn(line, "\n")] = '\0';
	summary = strchr(line, '\t');
	printf("%-16s %s\n", name,
	       summary ? summary + 1 : "(does not describe itself)");
}

static int run(int argc, char **argv)
{
	struct tm_cli_reader reader;
	struct tm_catalog catalog;
	struct tm_err err = {0};
	size_t i;

	tm_cli_reader_init(&reader, &tm_cli_list, argc, argv);
	switch (tm_cli_read(&reader, &err)) {
	case TM_CLI_HELP:
		return TM_EXIT_PASS;
	case TM_CLI_BAD:
		return tm_cli_fail(&err);
	case TM_CLI_FLAG:
	case TM_CLI_WORD:
		tm_fail(&err, TM_EUSAGE, "list takes no arguments");
		return tm_cli_fail(&err);
	case TM_CLI_END:
		break;
	}
	if (tm_catalog_open(&catalog, &err) != TM_OK)
		return tm_cli_fail(&err);
	for (i = 0; i < catalog.count; i++)
		print_scenario(&catalog, catalog.files[i]);
	if (catalog.count == 0)
		tm_cli_warn("no scenarios in '%s'", catalog.folder);
	tm_catalog_close(&catalog);
	return TM_EXIT_PASS;
}

const struct tm_cli_command tm_cli_list = {
	.name = "list",
	.run = run,
	.usage = "",
	.text = "Show the scenarios that can be run",
	.flags = flags,
};
