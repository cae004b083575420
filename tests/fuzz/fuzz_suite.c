/* Any suite: its jobs can be turned into arguments, or one line says why not.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "suite/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct tm_program_options any = {.count = 0};
	struct tm_suite suite;
	struct tm_err err = {0};
	size_t i;

	if (tm_suite_load(&suite, fuzz_write("file", bytes, length), &any,
			  &err) != TM_OK) {
		assert(err.rc == TM_EUSAGE && err.text[0]);
		assert(!strchr(err.text, '\n'));
		return 0;
	}
	assert(suite.count > 0);
	for (i = 0; i < suite.count; i++) {
		char **argv = tm_job_argv(&suite.jobs[i], "program");

		assert(argv && suite.jobs[i].name && suite.jobs[i].scenario);
		assert(tm_job_runs(&suite.jobs[i]) > 0);
		free(argv);
	}
	tm_suite_release(&suite);
	return 0;
}
