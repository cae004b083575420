/* Any samples.csv: it is refused in one line, or gets a verdict that is no pass
 * unless there is something to pass. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "gate/gate.h"
#include "gate/gate.h"
#include "report/render/render.h"
#include "results/store.h"

static const char run_json[] =
	"{\"schema\": 1, \"name\": \"fuzz\", \"started\": \"\", \"outcome\": "
	"\"complete\", \"wall_ns\": 1, \"sample_count\": %zu, \"exit_code\": "
	"0}\n";

/* The count that the file's own lines make, so that more than the count is
 * tried. */
static void write_run(const uint8_t *bytes, size_t length)
{
	char text[256];
	size_t lines = 0, i;

	for (i = 0; i < length; i++)
		lines += bytes[i] == '\n';
	snprintf(text, sizeof(text), run_json, lines ? lines - 1 : 0);
	fuzz_write("run.json", text, strlen(text));
	fuzz_write("samples.csv", bytes, length);
}

static void judge(const struct tm_run *run)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	struct tm_gate gate = {0};
	const struct tm_content content = {.subject = TM_SUBJECT_VERDICT,
					   .gate = &gate};
	struct tm_style style = {.is_full = 1};
	struct tm_alloc alloc;
	struct tm_buf out;
	unsigned int i;

	tm_budget_init(&opts.budget);
	assert(tm_gate_add(&gate, run, &opts, NULL) == TM_OK);
	tm_gate_settle(&gate, 0);
	assert(gate.judgement != TM_JUDGEMENT_PASS || run->sample_count >= 5);
	tm_alloc_init(&alloc);
	tm_buf_init(&out, &alloc);
	for (i = 0; tm_verdict_forms[i]; i++) {
		style.form = (enum tm_form)i;
		if (!*tm_verdict_forms[i])
			continue;
		assert(tm_render(&out, &content, &style, NULL) == TM_OK);
	}
	tm_buf_release(&out);
	tm_gate_release(&gate);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct tm_err err = {0};
	struct tm_run *run;

	write_run(bytes, length);
	if (tm_run_load(&run, fuzz_folder(), &err) == TM_OK) {
		judge(run);
		tm_run_free(run);
	} else {
		assert(err.rc == TM_EUSAGE && err.text[0]);
		assert(!strchr(err.text, '\n'));
	}
	return 0;
}
