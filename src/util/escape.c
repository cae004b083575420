#include "util/escape.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/text.h"

/* What each character of `text` becomes; NULL: itself. */
typedef const char *replacement(char c);

static const char *markdown(char c)
{
	static const struct {
		char c;
		const char *text;
	} marks[] = {
		{'\\', "\\\\"}, {'|', "\\|"}, {'`', "\\`"}, {'*', "\\*"},
		{'_', "\\_"},	{'{', "\\{"}, {'}', "\\}"}, {'[', "\\["},
		{']', "\\]"},	{'<', "\\<"}, {'>', "\\>"}, {'#', "\\#"},
		{'~', "\\~"},	{'&', "\\&"},
	};
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (marks[i].c == c)
			return marks[i].text;
	}
	return NULL;
}

static const char *xml(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

static const char *github_message(char c)
{
	return c == '%' ? "%25" : NULL;
}

static const char *github_property(char c)
{
	return c == ':' ? "%3A" : c == ',' ? "%2C" : github_message(c);
}

/* In gnuplot's single quotes only the quote is special, and a doubled one is not
 * read where the text begins with it: it stands in double quotes, joined to the
 * rest.  All in double quotes a backquote would start a shell. */
static const char *gnuplot(char c)
{
	return c == '\'' ? "'.\"'\".'" : NULL;
}

static const char *double_quote(char c)
{
	return c == '"' ? "\"\"" : NULL;
}

static void put_replaced(struct tm_writer *writer, const char *text,
			 replacement *replace)
{
	for (; *text; text++) {
		const char *instead = replace ? replace(*text) : NULL;

		if (instead)
			tm_writer_put(writer, instead);
		else
			tm_writer_put_bytes(writer, text, 1);
	}
}

/* What GitHub and GitLab make a link of: a person, an issue, a merge request,
 * an address.  A backslash does not stop most of them, as they are found in the text
 * that is shown: an empty comment, which is not shown, parts it. */
#define PART "<!-- -->"

struct reference {
	const char *text;   /* in any case */
	size_t kept;	    /* bytes of it before the part */
	int is_of_a_number; /* only before a digit */
};

/* Bytes of `text` before a part that keeps it from becoming a link; 0: none. */
static size_t reference_length(const char *text)
{
	static const struct reference all[] = {
		{"@", 1, 0},   {"#", 1, 1},   {"!", 1, 1},
		{"GH-", 3, 1}, {"://", 1, 0}, {"www.", 3, 0},
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		size_t length = strlen(all[i].text);

		if (strncasecmp(text, all[i].text, length) == 0 &&
		    (!all[i].is_of_a_number ||
		     isdigit((unsigned char)text[length])))
			return all[i].kept;
	}
	return 0;
}

static void put_markdown(struct tm_writer *writer, const char *text)
{
	while (*text) {
		size_t length = reference_length(text);
		const char *instead = length ? NULL : markdown(*text);

		if (instead)
			tm_writer_put(writer, instead);
		else
			tm_writer_put_bytes(writer, text, length ? length : 1);
		tm_writer_put(writer, length ? PART : "");
		text += length ? length : 1;
	}
}

static int is_number(const char *text)
{
	char *end;

	if (!*text)
		return 0;
	strtod(text, &end);
	return *end == '\0';
}

/* White space, as Unicode has it: the runner leaves it out before a command. */
static int is_blank(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 ||
	       c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	       c == 0x3000;
}

/* Bytes of blanks that `text` begins with, ends of lines among them. */
static size_t blanks(const char *text)
{
	uint32_t character;
	size_t at = 0, length;

	while ((length = tm_text_read(&character, text + at)) != 0 &&
	       is_blank(character))
		at += length;
	return at;
}

static int is_command(const char *text)
{
	return strncmp(text + blanks(text), "::", 2) == 0;
}

/* A spreadsheet runs a field that begins like a formula: one blank before it
 * makes it text.  A negative number is not a formula. */
static void put_csv(struct tm_writer *writer, const char *text)
{
	int formula = *text && strchr("=+-@", *text) && !is_number(text);

	/* Behind a quote `::` does not begin a line: see tm_github_disarm(). */
	if (!formula && !strpbrk(text, ",\"") && !is_command(text)) {
		tm_writer_put(writer, text);
		return;
	}
	tm_writer_put(writer, formula ? "\" " : "\"");
	put_replaced(writer, text, double_quote);
	tm_writer_put(writer, "\"");
}

static void put_between(struct tm_writer *writer, const char *quote,
			const char *text, replacement *replace)
{
	tm_writer_put(writer, quote);
	put_replaced(writer, text, replace);
	tm_writer_put(writer, quote);
}

static size_t longest_fence(const char *text)
{
	size_t longest = 0;

	for (text += strcspn(text, "`"); *text; text += strcspn(text, "`")) {
		size_t length = strspn(text, "`");

		if (length > longest)
			longest = length;
		text += length;
	}
	return longest;
}

static void put_fence(struct tm_writer *writer, size_t length)
{
	while (length-- > 0)
		tm_writer_put(writer, "`");
}

/* Inside a code span nothing is escaped: it ends at a fence as long as its
 * first, so that is one longer than any inside.  Of a blank at each end one is
 * dropped, which keeps a backquote there apart from the fence. */
static void put_code(struct tm_writer *writer, const char *text)
{
	size_t length = strlen(text), fence = longest_fence(text) + 1;
	int is_padded = length == 0 || text[0] == '`' || text[0] == ' ' ||
			text[length - 1] == '`' || text[length - 1] == ' ';

	put_fence(writer, fence);
	tm_writer_put(writer, is_padded ? " " : "");
	tm_writer_put(writer, text);
	tm_writer_put(writer, is_padded ? " " : "");
	put_fence(writer, fence);
}

static void put_clean(struct tm_writer *writer, enum tm_escape escape,
		      const char *clean)
{
	switch (escape) {
	case TM_ESCAPE_TERMINAL:
		tm_writer_put(writer, clean);
		return;
	case TM_ESCAPE_CSV:
		put_csv(writer, clean);
		return;
	case TM_ESCAPE_MARKDOWN:
		put_markdown(writer, clean);
		return;
	case TM_ESCAPE_MARKDOWN_CODE:
		put_code(writer, clean);
		return;
	case TM_ESCAPE_XML:
		put_replaced(writer, clean, xml);
		return;
	case TM_ESCAPE_GITHUB_MESSAGE:
		put_replaced(writer, clean, github_message);
		return;
	case TM_ESCAPE_GITHUB_PROPERTY:
		put_replaced(writer, clean, github_property);
		return;
	case TM_ESCAPE_GNUPLOT:
		put_between(writer, "'", clean, gnuplot);
		return;
	}
}

void tm_put_escaped(struct tm_writer *writer, enum tm_escape escape,
		    const char *text)
{
	char *clean;

	if (writer->rc != TM_OK)
		return;
	clean = strdup(text);
	if (!clean) {
		writer->rc = TM_ENOMEM;
		return;
	}
	tm_text_clean(clean);
	put_clean(writer, escape, clean);
	free(clean);
}

void tm_github_disarm(char *text)
{
	while (*text) {
		text += blanks(text);
		if (strncmp(text, "::", 2) == 0)
			*text = '?';
		for (; *text && *text != '\n' && *text != '\r'; text++) {
			if (strncmp(text, "##[", 3) == 0)
				text[2] = '?';
		}
	}
}

static void put_unicode(struct tm_writer *writer, uint32_t character)
{
	if (character > 0xffff) {
		uint32_t rest = character - 0x10000;

		tm_writer_printf(writer, "\\u%04x\\u%04x",
				 0xd800u + (rest >> 10),
				 0xdc00u + (rest & 0x3ffu));
	} else {
		tm_writer_printf(writer, "\\u%04x", (unsigned int)character);
	}
}

void tm_put_json_text(struct tm_writer *writer, const char *json)
{
	const char *from = json;
	uint32_t character;
	size_t length;

	while (*json) {
		length = tm_text_read(&character, json);
		/* Only inside a string does a '#' stand in JSON. */
		if ((character >= 0x7f && length &&
		     tm_text_is_hidden(character)) ||
		    strncmp(json, "##[", 3) == 0) {
			tm_writer_put_bytes(writer, from,
					    (size_t)(json - from));
			put_unicode(writer, character);
			from = json + length;
		}
		json += length ? length : 1;
	}
	tm_writer_put(writer, from);
}
