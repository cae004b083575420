#include "report/render/render.h"

#include <assert.h>

#include "report/runs/forms.h"
#include "report/verdict/forms.h"
#include "report/why/forms.h"

/* What writes each form: X(form, its name, its writer).  A subject whose form can be
 * chosen has a row for each form, with "" and NULL for one that it has not. */
#define RUNS(X)                                                                \
	X(TEXT, "text", tm_runs_write_text)                                    \
	X(MARKDOWN, "markdown", tm_runs_write_markdown)                        \
	X(JSON, "json", tm_runs_write_json)                                    \
	X(CSV, "csv", tm_runs_write_csv)

#define DIFFERENCE(X) X(TEXT, "text", tm_difference_write_text)

#define VERDICT(X)                                                             \
	X(TEXT, "text", tm_verdict_write_text)                                 \
	X(MARKDOWN, "markdown", tm_verdict_write_markdown)                     \
	X(JSON, "json", tm_verdict_write_json)                                 \
	X(CSV, "csv", tm_verdict_write_csv)                                    \
	X(JUNIT, "junit", tm_verdict_write_junit)                              \
	X(GITHUB, "github", tm_verdict_write_github)

#define WHY(X)                                                                 \
	X(TEXT, "text", tm_why_write_text)                                     \
	X(MARKDOWN, "markdown", tm_why_write_text)                             \
	X(JSON, "json", tm_why_write_json)                                     \
	X(CSV, "csv", tm_why_write_csv)                                        \
	X(JUNIT, "", NULL)                                                     \
	X(GITHUB, "", NULL)

#define SITES(X) X(TEXT, "text", tm_why_write_sites)

#define NAME(form, name, write)	 [TM_FORM_##form] = (name),
#define WRITE(form, name, write) [TM_FORM_##form] = (write),
#define COUNT(form, name, write) +1

const char *const tm_verdict_forms[] = {VERDICT(NAME) NULL};
const char *const tm_why_forms[] = {WHY(NAME) NULL};

_Static_assert(VERDICT(COUNT) == TM_FORM_COUNT,
	       "a verdict has a row for each form");
_Static_assert(WHY(COUNT) == TM_FORM_COUNT, "why has a row for each form");

static tm_write_form *const writers[TM_SUBJECT_COUNT][TM_FORM_COUNT] = {
	[TM_SUBJECT_RUNS] = {RUNS(WRITE)},
	[TM_SUBJECT_DIFFERENCE] = {DIFFERENCE(WRITE)},
	[TM_SUBJECT_VERDICT] = {VERDICT(WRITE)},
	[TM_SUBJECT_WHY] = {WHY(WRITE)},
	[TM_SUBJECT_SITES] = {SITES(WRITE)},
};

/* "no memory for ..." */
static const char *const titles[TM_SUBJECT_COUNT] = {
	[TM_SUBJECT_RUNS] = "the table",
	[TM_SUBJECT_DIFFERENCE] = "a comparison",
	[TM_SUBJECT_VERDICT] = "the verdict",
	[TM_SUBJECT_WHY] = "an explanation",
	[TM_SUBJECT_SITES] = "an explanation",
};

enum tm_rc tm_render(struct tm_buf *out, const struct tm_content *content,
		     const struct tm_style *style, struct tm_err *err)
{
	struct tm_writer writer = {
		.out = out, .colour = style->colour, .width = style->width};

	if (content->subject == TM_SUBJECT_RUNS && content->run_count == 0)
		return tm_fail(err, TM_EUSAGE, "no runs to compare");
	assert(writers[content->subject][style->form]);
	writers[content->subject][style->form](&writer, content, style);
	return tm_writer_close(&writer, titles[content->subject], err);
}
