#include "marks/protocol.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much of a bad line its error quotes. */
#define QUOTE_MAX 60

size_t tm_protocol_format_sample(char line[TM_SAMPLE_LINE_MAX],
				 const struct tm_sample *sample)
{
	unsigned int i;
	int length;

	length = snprintf(line, TM_SAMPLE_LINE_MAX, "sample %llu %llu",
			  (unsigned long long)sample->iteration,
			  (unsigned long long)sample->elapsed_ns);
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (!tm_sample_has(sample, i))
			continue;
		length += snprintf(line + length,
				   TM_SAMPLE_LINE_MAX - (size_t)length,
				   " %s=%llu", tm_metric_name(i),
				   (unsigned long long)sample->value[i]);
		assert(length < TM_SAMPLE_LINE_MAX - 1);
	}
	line[length++] = '\n';
	return (size_t)length;
}

/*
 * Step over one unsigned decimal at *cursor, which must end at a space or at
 * the end of the line.  strtoull() alone would accept signs, spaces and
 * "12abc".
 */
static int take_number(const char **cursor, uint64_t *out)
{
	unsigned long long value;
	char *end;

	if (**cursor < '0' || **cursor > '9')
		return 0;
	errno = 0;
	value = strtoull(*cursor, &end, 10);
	if (errno == ERANGE || (*end != ' ' && *end != '\0'))
		return 0;
	*out = value;
	*cursor = end;
	return 1;
}

static const char *skip_spaces(const char *text)
{
	return text + strspn(text, " ");
}

/* The metric whose name are the `length` bytes at `text`. */
static enum tm_metric find_metric(const char *text, size_t length)
{
	char name[32];

	if (length == 0 || length >= sizeof(name))
		return TM_METRIC_COUNT;
	memcpy(name, text, length);
	name[length] = '\0';
	return tm_metric_find(name);
}

static enum tm_rc parse_mark(struct tm_line *out, const char *rest,
			     struct tm_err *err)
{
	out->type = TM_LINE_MARK;
	out->is_next = *skip_spaces(rest) == '\0';
	if (out->is_next)
		return TM_OK;
	if (!take_number(&rest, &out->iteration) || *skip_spaces(rest) != '\0')
		return tm_fail(
			err, TM_EUSAGE,
			"a mark has one whole number or none: 'mark %.*s'",
			QUOTE_MAX, rest);
	return TM_OK;
}

/* One `name=value`; a value given twice is a defect of the program. */
static enum tm_rc parse_value(struct tm_sample *sample, const char **cursor,
			      struct tm_err *err)
{
	size_t length = strcspn(*cursor, "= ");
	const char *name = *cursor;
	enum tm_metric metric = find_metric(name, length);
	uint64_t value;

	if (metric == TM_METRIC_COUNT)
		return tm_fail(err, TM_EUSAGE,
			       "unknown metric '%.*s' in a sample", QUOTE_MAX,
			       name);
	if (tm_sample_has(sample, metric))
		return tm_fail(err, TM_EUSAGE, "a sample gives %s twice",
			       tm_metric_name(metric));
	*cursor += length;
	if (**cursor == '=')
		(*cursor)++;
	if ((*cursor)[-1] != '=' || !take_number(cursor, &value))
		return tm_fail(err, TM_EUSAGE,
			       "%s needs '=' and a whole number: '%.*s'",
			       tm_metric_name(metric), QUOTE_MAX, name);
	tm_sample_set(sample, metric, value);
	return TM_OK;
}

static enum tm_rc parse_sample(struct tm_line *out, const char *rest,
			       struct tm_err *err)
{
	const char *cursor = rest;
	enum tm_rc rc;

	out->type = TM_LINE_SAMPLE;
	memset(&out->sample, 0, sizeof(out->sample));
	if (!take_number(&cursor, &out->sample.iteration))
		goto no_numbers;
	cursor = skip_spaces(cursor);
	if (!take_number(&cursor, &out->sample.elapsed_ns))
		goto no_numbers;
	for (cursor = skip_spaces(cursor); *cursor;
	     cursor = skip_spaces(cursor)) {
		rc = parse_value(&out->sample, &cursor, err);
		if (rc != TM_OK)
			return rc;
	}
	return TM_OK;

no_numbers:
	return tm_fail(err, TM_EUSAGE,
		       "a sample starts with an iteration and nanoseconds: "
		       "'sample %.*s'",
		       QUOTE_MAX, rest);
}

static enum tm_rc parse_absent(struct tm_line *out, const char *rest,
			       struct tm_err *err)
{
	size_t length = strcspn(rest, " ");

	out->type = TM_LINE_ABSENT;
	out->metric = find_metric(rest, length);
	out->text = skip_spaces(rest + length);
	if (out->metric == TM_METRIC_COUNT)
		return tm_fail(err, TM_EUSAGE,
			       "unknown metric '%.*s' in an absent line",
			       QUOTE_MAX, rest);
	if (*out->text == '\0')
		return tm_fail(err, TM_EUSAGE, "%s is absent without a reason",
			       tm_metric_name(out->metric));
	return TM_OK;
}

static enum tm_rc parse_report(struct tm_line *out, const char *rest,
			       struct tm_err *err)
{
	out->type = TM_LINE_REPORT;
	out->text = rest;
	if (*rest != '{')
		return tm_fail(err, TM_EUSAGE,
			       "a report is one JSON object: '%.*s'", QUOTE_MAX,
			       rest);
	return TM_OK;
}

static enum tm_rc parse_error(struct tm_line *out, const char *rest,
			      struct tm_err *err)
{
	out->type = TM_LINE_ERROR;
	out->text = rest;
	if (*rest == '\0')
		return tm_fail(err, TM_EUSAGE, "an error line needs a text");
	return TM_OK;
}

enum tm_rc tm_protocol_parse(struct tm_line *out, const char *line,
			     struct tm_err *err)
{
	static const struct {
		const char *word;
		enum tm_rc (*parse)(struct tm_line *out, const char *rest,
				    struct tm_err *err);
	} types[] = {
		{"mark", parse_mark},	  {"sample", parse_sample},
		{"absent", parse_absent}, {"report", parse_report},
		{"error", parse_error},
	};
	size_t length = strcspn(line, " ");
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strlen(types[i].word) == length &&
		    memcmp(types[i].word, line, length) == 0)
			return types[i].parse(out, skip_spaces(line + length),
					      err);
	}
	return tm_fail(err, TM_EUSAGE,
		       "unknown line (expected mark, sample, absent, report "
		       "or error): '%.*s'",
		       QUOTE_MAX, line);
}
