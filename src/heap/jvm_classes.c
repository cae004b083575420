#include "heap/jvm_classes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int tm_jvm_class_read(struct tm_jvm_class *out, const char *line)
{
	int end = 0;

	if (sscanf(line, " %*u: %" SCNu64 " %" SCNu64 " %n", &out->objects,
		   &out->bytes, &end) != 2 ||
	    end == 0 || line[end] == '\0')
		return 0;
	out->name = line + end;
	return 1;
}

int tm_jvm_total_read(struct tm_jvm_class *out, const char *line)
{
	out->name = NULL;
	return sscanf(line, "Total %" SCNu64 " %" SCNu64, &out->objects,
		      &out->bytes) == 2;
}

static const char *primitive(char letter)
{
	switch (letter) {
	case 'B':
		return "byte";
	case 'C':
		return "char";
	case 'D':
		return "double";
	case 'F':
		return "float";
	case 'I':
		return "int";
	case 'J':
		return "long";
	case 'S':
		return "short";
	case 'Z':
		return "boolean";
	default:
		return NULL;
	}
}

/* A hidden class has a number of its own behind a slash, or a plus. */
static size_t name_length(const char *name)
{
	const char *hidden = strstr(name, "/0x");
	const char *module = strstr(name, " (");
	size_t length = strlen(name);

	if (!hidden)
		hidden = strstr(name, "+0x");
	if (module && (size_t)(module - name) < length)
		length = (size_t)(module - name);
	if (hidden && (size_t)(hidden - name) < length)
		length = (size_t)(hidden - name);
	return length;
}

void tm_jvm_class_name(char *out, size_t size, const char *name)
{
	size_t depth = strspn(name, "["), at;
	size_t length = name_length(name);
	const char *element = name + depth;
	const char *word =
		depth > 0 && length == depth + 1 ? primitive(*element) : NULL;

	length -= depth;
	if (word) {
		element = word;
		length = strlen(word);
	} else if (depth > 0 && *element == 'L') {
		element++;
		length--;
		if (length > 0 && element[length - 1] == ';')
			length--;
	}
	at = (size_t)snprintf(out, size, "%.*s", (int)length, element);
	while (depth-- > 0 && at + 3 <= size) {
		memcpy(out + at, "[]", 3);
		at += 2;
	}
}
