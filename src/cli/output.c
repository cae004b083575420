#include "cli/output.h"

#include "cli/cli.h"
#include "results/write.h"

const struct tm_option tm_cli_export_options[] = {
	{.name = "export-json",
	 TM_OPTION_INTO(TEXT, struct tm_cli_exports, path[TM_FORM_JSON]),
	 .argument = "FILE",
	 .help = "write the runs with all their samples as JSON"},
	{.name = "export-markdown",
	 TM_OPTION_INTO(TEXT, struct tm_cli_exports, path[TM_FORM_MARKDOWN]),
	 .argument = "FILE",
	 .help = "write the table of runs as Markdown"},
	{.name = "export-csv",
	 TM_OPTION_INTO(TEXT, struct tm_cli_exports, path[TM_FORM_CSV]),
	 .argument = "FILE",
	 .help = "write the table of runs as CSV"},
	TM_OPTIONS_END};

struct tm_style tm_cli_style(FILE *out)
{
	return (struct tm_style){.form = TM_FORM_TEXT,
				 .colour = tm_cli_has_colour(out),
				 .width = tm_cli_width(out)};
}

static enum tm_rc write_text(FILE *file, const void *context)
{
	const struct tm_buf *text = context;

	if (text->length)
		fwrite(text->bytes, 1, text->length, file);
	return TM_OK;
}

enum tm_rc tm_cli_print(FILE *out, const struct tm_content *content,
			const struct tm_style *style, struct tm_err *err)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = tm_render(&text, content, style, err);
	/* Other forms are for programs, and escape what they hold. */
	if (rc == TM_OK &&
	    (style->form == TM_FORM_TEXT || style->form == TM_FORM_MARKDOWN))
		tm_cli_write(out, &text);
	else if (rc == TM_OK)
		rc = write_text(out, &text);
	tm_buf_release(&text);
	return rc;
}

static enum tm_rc export_form(const char *path, enum tm_form form,
			      const struct tm_content *content,
			      struct tm_err *err)
{
	const struct tm_style style = {.form = form};
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = tm_render(&text, content, &style, err);
	if (rc == TM_OK)
		rc = tm_write_replace(path, write_text, &text, err);
	tm_buf_release(&text);
	return rc;
}

enum tm_rc tm_cli_exports_check(const struct tm_cli_exports *exports,
				struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < TM_FORM_COUNT && rc == TM_OK; i++)
		rc = tm_write_check(exports->path[i], err);
	return rc;
}

enum tm_rc tm_cli_export(const struct tm_cli_exports *exports,
			 const struct tm_content *content, struct tm_err *err)
{
	enum tm_rc first = TM_OK, rc;
	struct tm_err later;
	unsigned int i;

	for (i = 0; i < TM_FORM_COUNT; i++) {
		if (!exports->path[i])
			continue;
		rc = export_form(exports->path[i], (enum tm_form)i, content,
				 first == TM_OK ? err : &later);
		if (first == TM_OK)
			first = rc;
	}
	return first;
}
