/* Any run.json and any baseline. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "gate/baseline.h"
#include "results/store.h"

static void check_error(const struct tm_err *err)
{
	assert(err->rc == TM_EUSAGE && err->text[0]);
	assert(!strchr(err->text, '\n'));
}

static struct tm_run *load_run(const uint8_t *bytes, size_t length)
{
	static const char samples[] = "iteration,elapsed_ns\n1,1\n";
	struct tm_err err = {0};
	struct tm_run *run;

	fuzz_write("run.json", bytes, length);
	fuzz_write("samples.csv", samples, strlen(samples));
	if (tm_run_load(&run, fuzz_folder(), &err) != TM_OK) {
		check_error(&err);
		return NULL;
	}
	return run;
}

/* What was read can be applied, and is written as what reads the same. */
static void use(const struct tm_baseline *baseline, const struct tm_run *run)
{
	struct tm_baseline again = {0};
	struct tm_budget budget;
	struct tm_err err = {0};
	char *text, *same;
	int known;

	tm_budget_init(&budget);
	if (run &&
	    tm_baseline_apply(baseline, run, &budget, &known, &err) != TM_OK)
		check_error(&err);
	text = tm_baseline_text(baseline);
	assert(text);
	assert(tm_baseline_load(&again, fuzz_write("file", text, strlen(text)),
				&err) == TM_OK);
	same = tm_baseline_text(&again);
	assert(same && strcmp(text, same) == 0);
	tm_baseline_release(&again);
	free(same);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct tm_baseline baseline = {0};
	struct tm_err err = {0};
	struct tm_run *run = load_run(bytes, length);

	if (tm_baseline_load(&baseline, fuzz_write("file", bytes, length),
			     &err) == TM_OK)
		use(&baseline, run);
	else
		check_error(&err);
	tm_baseline_release(&baseline);
	tm_run_free(run);
	return 0;
}
