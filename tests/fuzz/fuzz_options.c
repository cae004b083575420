/* Any description of options: each row can be checked against a value, or one
 * line says why it cannot be read. */
#include <assert.h>
#include <string.h>

#include "folder.h"
#include "suite/program_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct tm_program_options options;
	struct tm_err err = {0};
	size_t i;

	if (tm_program_options_load(&options, fuzz_write("file", bytes, length),
				    &err) != TM_OK) {
		assert(err.rc == TM_EUSAGE && err.text[0]);
		assert(!strchr(err.text, '\n') && options.count == 0);
		return 0;
	}
	for (i = 0; i < options.count; i++) {
		const struct tm_program_option *row = &options.rows[i];

		assert(row->name[0] && row->help);
		assert(tm_program_options_find(&options, row->name) == row);
		if (tm_program_option_check(row, "1", &err) != TM_OK)
			assert(err.rc == TM_EUSAGE && err.text[0]);
	}
	tm_program_options_release(&options);
	return 0;
}
