#include "report/verdict/verdict.h"

#include <stdio.h>

#include "report/verdict/forms.h"

const char *const tm_verdict_format_names[] = {
	[TM_VERDICT_TEXT] = "text",	  [TM_VERDICT_MARKDOWN] = "markdown",
	[TM_VERDICT_JSON] = "json",	  [TM_VERDICT_CSV] = "csv",
	[TM_VERDICT_JUNIT] = "junit",	  [TM_VERDICT_GITHUB] = "github",
	[TM_VERDICT_FORMAT_COUNT] = NULL,
};

static void (*const write[TM_VERDICT_FORMAT_COUNT])(
	struct tm_writer *writer, const struct tm_gate *gate,
	const struct tm_verdict_look *look) = {
	[TM_VERDICT_TEXT] = tm_verdict_write_text,
	[TM_VERDICT_MARKDOWN] = tm_verdict_write_markdown,
	[TM_VERDICT_JSON] = tm_verdict_write_json,
	[TM_VERDICT_CSV] = tm_verdict_write_csv,
	[TM_VERDICT_JUNIT] = tm_verdict_write_junit,
	[TM_VERDICT_GITHUB] = tm_verdict_write_github,
};

enum tm_rc tm_report_verdict(struct tm_buf *out, const struct tm_gate *gate,
			     const struct tm_verdict_look *look,
			     struct tm_err *err)
{
	struct tm_writer writer = {
		.out = out, .colour = look->colour, .width = look->width};

	write[look->format](&writer, gate, look);
	return tm_writer_close(&writer, "the verdict", err);
}
