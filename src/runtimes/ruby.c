/* Ruby (CRuby). */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_ruby = {
	.name = "Ruby",
	.programs = {"ruby"},
	.takes_script = 1,
	.variables = {"RUBY*"},
	.agent = {.file = "ruby.rb", .variable = "RUBYOPT", .option = "-r"},
	.heap = "Ruby maps its heap pages itself",
	.advice = "ObjectSpace.dump_all lists its objects",
};
