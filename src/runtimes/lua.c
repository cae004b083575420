/* Lua, whose objects are malloc's. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_lua = {
	.name = "Lua",
	.programs = {"lua"},
	.takes_script = 1,
};
