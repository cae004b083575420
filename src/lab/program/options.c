#include "lab/program/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum flag {
	FLAG_ITERATIONS = 256,
	FLAG_EVERY,
	FLAG_HEADER,
	FLAG_SHAPE,
	FLAG_RULES,
	FLAG_WIRE,
	FLAG_BROKER,
	FLAG_BACKEND,
	FLAG_READ_RESULTS,
	FLAG_CONFIRMS,
	FLAG_INJECT_LEAK,
	FLAG_PAUSE_MS,
	FLAG_READ_TIMEOUT_MS,
	FLAG_DESCRIBE,
	FLAG_HELP
};

static const struct option flags[] = {
	{"iterations", required_argument, NULL, FLAG_ITERATIONS},
	{"every", required_argument, NULL, FLAG_EVERY},
	{"header", required_argument, NULL, FLAG_HEADER},
	{"shape", required_argument, NULL, FLAG_SHAPE},
	{"rules", required_argument, NULL, FLAG_RULES},
	{"wire", required_argument, NULL, FLAG_WIRE},
	{"broker", required_argument, NULL, FLAG_BROKER},
	{"backend", required_argument, NULL, FLAG_BACKEND},
	{"read-results", no_argument, NULL, FLAG_READ_RESULTS},
	{"confirms", no_argument, NULL, FLAG_CONFIRMS},
	{"inject-leak", required_argument, NULL, FLAG_INJECT_LEAK},
	{"pause-ms", required_argument, NULL, FLAG_PAUSE_MS},
	{"read-timeout-ms", required_argument, NULL, FLAG_READ_TIMEOUT_MS},
	{"describe", no_argument, NULL, FLAG_DESCRIBE},
	{"help", no_argument, NULL, FLAG_HELP},
	{NULL, 0, NULL, 0},
};

static const char *const shape_names[] = {"chord", "group", "delay"};
static const char *const wire_names[] = {"5.2.6", "4.2.2"};

const char *tm_shape_name(enum tm_shape shape)
{
	return shape_names[shape];
}

const char *tm_wire_name(enum tm_wire wire)
{
	return wire_names[wire];
}

void tm_scenario_options_help(FILE *stream, const char *program)
{
	fprintf(stream,
		"Usage: %s [flags]\n"
		"\n"
		"  --iterations N      how often the loop runs (10000)\n"
		"  --every N           iterations between two samples (1000)\n"
		"  --shape SHAPE       chord, group or delay (chord)\n"
		"  --header N          tasks in the chord's header, or in the "
		"group (1)\n"
		"  --rules RULES       legacy (CPython 2.7), pep442 (3.4 and "
		"later) or off (legacy)\n"
		"  --broker URL        memory://, amqp://..., null:// "
		"(memory://)\n"
		"  --backend URL       memory://, redis://..., null:// "
		"(memory://)\n"
		"  --read-results      wait for each result and read it\n"
		"  --read-timeout-ms N how long to wait for one result "
		"(10000)\n"
		"  --confirms          publisher confirms (amqp)\n"
		"  --wire VERSION      whose messages: 5.2.6 or 4.2.2 (5.2.6)\n"
		"  --inject-leak N     leak N bytes an iteration on purpose "
		"(0)\n"
		"  --pause-ms N        pause between two iterations (0)\n"
		"  --describe          print name and summary\n"
		"  --help              print this\n",
		program);
}

static enum tm_rc parse_count(uint64_t *out, const char *flag, const char *text,
			      uint64_t least, uint64_t most, struct tm_err *err)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    value < least || value > most)
		return tm_fail(err, TM_EUSAGE,
			       "--%s takes a whole number from %llu to %llu, "
			       "not '%s'",
			       flag, (unsigned long long)least,
			       (unsigned long long)most, text);
	*out = value;
	return TM_OK;
}

static enum tm_rc parse_count32(uint32_t *out, const char *flag,
				const char *text, uint32_t least, uint32_t most,
				struct tm_err *err)
{
	uint64_t value = 0;
	enum tm_rc rc = parse_count(&value, flag, text, least, most, err);

	if (rc == TM_OK)
		*out = (uint32_t)value;
	return rc;
}

static enum tm_rc parse_shape(enum tm_shape *out, const char *text,
			      struct tm_err *err)
{
	unsigned int i;

	for (i = 0; i < sizeof(shape_names) / sizeof(shape_names[0]); i++) {
		if (strcmp(text, shape_names[i]) == 0) {
			*out = (enum tm_shape)i;
			return TM_OK;
		}
	}
	return tm_fail(err, TM_EUSAGE,
		       "--shape takes chord, group or delay, not '%s'", text);
}

static enum tm_rc parse_wire(enum tm_wire *out, const char *text,
			     struct tm_err *err)
{
	unsigned int i;

	for (i = 0; i < sizeof(wire_names) / sizeof(wire_names[0]); i++) {
		if (strcmp(text, wire_names[i]) == 0) {
			*out = (enum tm_wire)i;
			return TM_OK;
		}
	}
	return tm_fail(err, TM_EUSAGE, "--wire takes 5.2.6 or 4.2.2, not '%s'",
		       text);
}

static enum tm_rc parse_rules(enum tm_rules *out, const char *text,
			      struct tm_err *err)
{
	if (tm_rules_find(out, text) == TM_OK)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "--rules takes legacy, pep442 or off, not '%s'", text);
}

static enum tm_rc parse_flag(struct tm_scenario_options *out, int flag,
			     const char *text, struct tm_err *err)
{
	switch (flag) {
	case FLAG_ITERATIONS:
		return parse_count(&out->iterations, "iterations", text, 1,
				   1000000000000u, err);
	case FLAG_EVERY:
		return parse_count(&out->every, "every", text, 1,
				   1000000000000u, err);
	case FLAG_HEADER:
		return parse_count32(&out->header, "header", text, 1, 100000,
				     err);
	case FLAG_INJECT_LEAK:
		return parse_count32(&out->inject_leak, "inject-leak", text, 0,
				     1u << 30, err);
	case FLAG_PAUSE_MS:
		return parse_count32(&out->pause_ms, "pause-ms", text, 0,
				     86400000, err);
	case FLAG_READ_TIMEOUT_MS:
		return parse_count32(&out->read_timeout_ms, "read-timeout-ms",
				     text, 1, 86400000, err);
	case FLAG_SHAPE:
		return parse_shape(&out->shape, text, err);
	case FLAG_RULES:
		return parse_rules(&out->rules, text, err);
	case FLAG_WIRE:
		return parse_wire(&out->wire, text, err);
	case FLAG_BROKER:
		out->broker = text;
		return TM_OK;
	case FLAG_BACKEND:
		out->backend = text;
		return TM_OK;
	case FLAG_READ_RESULTS:
		out->read_results = 1;
		return TM_OK;
	case FLAG_CONFIRMS:
		out->confirms = 1;
		return TM_OK;
	case FLAG_DESCRIBE:
		out->describe = 1;
		return TM_OK;
	case FLAG_HELP:
		out->help = 1;
		return TM_OK;
	default:
		return TM_EINTERNAL;
	}
}

static void set_defaults(struct tm_scenario_options *out)
{
	memset(out, 0, sizeof(*out));
	out->iterations = 10000;
	out->every = 1000;
	out->header = 1;
	out->broker = "memory://";
	out->backend = "memory://";
	out->read_timeout_ms = 10000;
}

enum tm_rc tm_scenario_options_parse(struct tm_scenario_options *out, int argc,
				     char **argv, struct tm_err *err)
{
	int flag;

	set_defaults(out);
	opterr = 0;
	optind = 0;
	while ((flag = getopt_long(argc, argv, ":", flags, NULL)) != -1) {
		enum tm_rc rc;

		if (flag == ':')
			return tm_fail(err, TM_EUSAGE,
				       "%s needs a value (see --help)",
				       argv[optind - 1]);
		if (flag == '?')
			return tm_fail(err, TM_EUSAGE,
				       "unknown flag %s (see --help)",
				       argv[optind - 1]);
		rc = parse_flag(out, flag, optarg, err);
		if (rc != TM_OK)
			return rc;
	}
	if (optind < argc)
		return tm_fail(err, TM_EUSAGE,
			       "unexpected argument '%s' (see --help)",
			       argv[optind]);
	return TM_OK;
}
