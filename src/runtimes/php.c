/* PHP: the Zend allocator. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_php = {
	.name = "PHP",
	.programs = {"php"},
	.takes_script = 1,
	.heap = "PHP's Zend allocator maps chunks itself",
	.advice = "with USE_ZEND_ALLOC=0 it uses malloc",
};
