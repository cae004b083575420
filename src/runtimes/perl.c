/* Perl, whose objects are malloc's. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_perl = {
	.name = "Perl",
	.programs = {"perl"},
	.takes_script = 1,
	.variables = {"PERL5*"},
};
