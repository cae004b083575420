/* PyPy: its own collector on memory that it maps. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_pypy = {
	.name = "PyPy",
	.programs = {"pypy"},
	.heap = "PyPy maps its heap itself",
	.advice = "gc.get_stats() shows it",
};
