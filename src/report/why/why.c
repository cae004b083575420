#include "report/why/why.h"

#include "report/why/forms.h"

static void (*const write[TM_WHY_FORMAT_COUNT])(struct tm_why_form *form) = {
	[TM_WHY_TEXT] = tm_why_write_text,
	[TM_WHY_MARKDOWN] = tm_why_write_text,
	[TM_WHY_JSON] = tm_why_write_json,
};

static enum tm_rc finish(const struct tm_why_form *form, struct tm_err *err)
{
	return tm_writer_close(&form->writer, "an explanation", err);
}

enum tm_rc tm_report_why(struct tm_buf *out, const struct tm_analysis *analysis,
			 const struct tm_why_opts *opts, struct tm_err *err)
{
	struct tm_why_form form = {
		.writer = {.out = out,
			   .colour = opts->colour,
			   .width = opts->width},
		.facts = analysis,
		.opts = opts,
		.sites_max = TM_WHY_SITES,
	};

	write[opts->format](&form);
	return finish(&form, err);
}

enum tm_rc tm_report_sites(struct tm_buf *out,
			   const struct tm_analysis *analysis,
			   const struct tm_why_opts *opts, struct tm_err *err)
{
	struct tm_why_form form = {
		.writer = {.out = out,
			   .colour = opts->colour,
			   .width = opts->width},
		.facts = analysis,
		.opts = opts,
		.sites_max = TM_WHY_SITES_AT_END,
	};

	if (analysis->run->sites.is_known)
		tm_why_write_sites(&form);
	return finish(&form, err);
}
