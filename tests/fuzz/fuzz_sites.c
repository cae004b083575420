/* Any sites.json, read and shown in all forms. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "explain/analysis.h"
#include "report/render/render.h"
#include "results/store.h"

static void show(const struct tm_run *run)
{
	struct tm_analysis *analysis = malloc(sizeof(*analysis));
	struct tm_content content = {.subject = TM_SUBJECT_WHY,
				     .analysis = analysis};
	struct tm_style style = {.is_full = 1};
	struct tm_alloc alloc;
	struct tm_buf text;
	unsigned int i;

	assert(analysis);
	assert(tm_analysis_make(analysis, run, NULL, NULL) == TM_OK);
	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	for (i = 0; tm_why_forms[i]; i++) {
		style.form = (enum tm_form)i;
		if (!*tm_why_forms[i])
			continue;
		assert(tm_render(&text, &content, &style, NULL) == TM_OK);
	}
	style.is_full = 0;
	style.form = TM_FORM_TEXT;
	assert(tm_render(&text, &content, &style, NULL) == TM_OK);
	content.subject = TM_SUBJECT_SITES;
	assert(tm_render(&text, &content, &style, NULL) == TM_OK);
	/* No control character reaches a terminal, but for colours. */
	assert(!memchr(text.bytes, '\r', text.length));
	tm_buf_release(&text);
	free(analysis);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char json[] =
		"{\"schema\": 1, \"name\": \"a\", \"started\": "
		"\"2026-11-23T18:00:00Z\", \"wall_ns\": 9, \"outcome\": "
		"\"complete\", \"exit_code\": 0, \"sample_count\": 3}";
	static const char samples[] = "iteration,elapsed_ns,net_bytes\n"
				      "1,1,100\n2,2,300\n3,3,700\n";
	struct tm_err err = {0};
	struct tm_run *run;

	fuzz_write("run.json", json, strlen(json));
	fuzz_write("samples.csv", samples, strlen(samples));
	fuzz_write("sites.json", bytes, length);
	if (tm_run_load(&run, fuzz_folder(), &err) != TM_OK) {
		assert(err.rc == TM_EUSAGE && err.text[0]);
		assert(!strchr(err.text, '\n'));
		return 0;
	}
	show(run);
	tm_run_free(run);
	return 0;
}
