#include "report/why/why.h"

#include <stdlib.h>
#include <string.h>

#include "report/why/forms.h"

static const struct {
	const char *name;
	void (*write)(struct tm_why_form *form);
} formats[TM_WHY_FORMAT_COUNT] = {
	[TM_WHY_TEXT] = {"text", tm_why_write_text},
	[TM_WHY_MARKDOWN] = {"markdown", tm_why_write_text},
	[TM_WHY_JSON] = {"json", tm_why_write_json},
};

const char *tm_why_format_name(enum tm_why_format format)
{
	return formats[format].name;
}

int tm_why_format_find(enum tm_why_format *out, const char *name)
{
	unsigned int i;

	for (i = 0; i < TM_WHY_FORMAT_COUNT; i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*out = (enum tm_why_format)i;
			return 1;
		}
	}
	return 0;
}

static enum tm_rc finish(const struct tm_why_form *form, struct tm_err *err)
{
	if (form->writer.rc != TM_OK)
		return tm_fail(err, form->writer.rc,
			       "no memory to explain '%.60s'",
			       form->facts->run->name);
	return TM_OK;
}

enum tm_rc tm_report_why(struct tm_buf *out, const struct tm_run *run,
			 const struct tm_why_opts *opts, struct tm_err *err)
{
	struct tm_why_facts *facts = malloc(sizeof(*facts));
	struct tm_why_form form = {
		.writer = {.out = out, .colour = opts->colour},
		.facts = facts,
		.opts = opts,
		.sites_max = TM_WHY_SITES,
	};
	enum tm_rc rc;

	if (!facts)
		return tm_fail(err, TM_ENOMEM, "no memory to explain a run");
	rc = tm_why_facts_make(facts, run, err);
	if (rc == TM_OK) {
		formats[opts->format].write(&form);
		rc = finish(&form, err);
	}
	free(facts);
	return rc;
}

enum tm_rc tm_report_sites(struct tm_buf *out, const struct tm_run *run,
			   int colour, struct tm_err *err)
{
	struct tm_why_opts opts = {.colour = colour};
	struct tm_why_facts *facts;
	struct tm_why_form form = {
		.writer = {.out = out, .colour = colour},
		.opts = &opts,
		.sites_max = TM_WHY_SITES_AT_END,
	};
	enum tm_rc rc;

	if (!run->sites)
		return TM_OK;
	facts = malloc(sizeof(*facts));
	if (!facts)
		return tm_fail(err, TM_ENOMEM, "no memory to explain a run");
	form.facts = facts;
	rc = tm_why_facts_make(facts, run, err);
	if (rc == TM_OK) {
		tm_why_write_sites(&form);
		rc = finish(&form, err);
	}
	free(facts);
	return rc;
}
