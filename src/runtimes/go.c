/* Go: it is linked into the program, whose name may be any. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_go = {
	.name = "Go",
	.variables = {"GOGC", "GOMEMLIMIT", "GODEBUG", "GOMAXPROCS"},
};
