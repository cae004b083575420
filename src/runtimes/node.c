/* Node: the heap of V8. */
#include <stdlib.h>
#include <string.h>

#include "runtimes/runtimes.h"

/* "at function (file:12)", or "at (garbage collector)"; both names may hold
 * blanks and brackets. */
static int read_frame(struct tm_script_frame *out, const char *line)
{
	size_t length = strlen(line);
	const char *file, *colon;

	if (strncmp(line, "at ", 3) != 0 || length < 5)
		return 0;
	out->is_library =
		1; /* what has no place is built in, as Promise.race */
	file = strstr(line + 4, " ("); /* not before "(top level)" */
	colon = strrchr(line, ':');
	if (!file || !colon || colon < file + 3 || line[length - 1] != ')' ||
	    colon[1] == ')' ||
	    colon[1 + strspn(colon + 1, "0123456789")] != ')')
		return 1;
	out->function = line + 3;
	out->function_length = (int)(file - out->function);
	out->file = file + 2;
	out->file_length = (int)(colon - out->file);
	out->line = (int)strtol(colon + 1, NULL, 10);
	out->is_library = strncmp(out->file, "node:", 5) == 0;
	return 1;
}

const struct tm_language tm_language_node = {
	.name = "Node",
	.programs = {"node", "nodejs"},
	.takes_script = 1,
	.variables = {"NODE_*", "UV_*"},
	.agent = {.file = "node.js",
		  .variable = "NODE_OPTIONS",
		  .option = "--require ",
		  .refusing = {"--permission", "--experimental-permission"},
		  .own_functions = {"v8::internal::HeapProfiler::QueryObjects(",
				    "v8::internal::SamplingHeapProfiler::"}},
	.read_frame = read_frame,
	.heap = "V8 maps its heap itself",
	.advice = "--heapsnapshot-signal=SIGUSR2 writes a snapshot of its "
		  "objects, --trace-gc prints its size",
};
