/* Ruby (CRuby). */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_ruby = {
	.name = "Ruby",
	.programs = {"ruby"},
	.takes_script = 1,
	.variables = {"RUBY*"},
	.heap = "Ruby's heap pages come from the kernel",
	.advice = "ObjectSpace.dump_all shows what lives in them",
};
