/* Node: the heap of V8. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_node = {
	.name = "Node",
	.programs = {"node", "nodejs"},
	.takes_script = 1,
	.variables = {"NODE_*", "UV_*"},
	.agent = {.file = "node.js",
		  .variable = "NODE_OPTIONS",
		  .option = "--require ",
		  .refusing = {"--permission", "--experimental-permission"},
		  .own_function = "v8::internal::HeapProfiler::QueryObjects("},
	.heap = "V8 maps its heap itself",
	.advice = "--heapsnapshot-signal=SIGUSR2 writes a snapshot of its "
		  "objects, --trace-gc prints its size",
};
