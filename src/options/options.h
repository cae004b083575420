/*
 * options.h - the options of a command, as a table that is bound to fields.
 *
 * Purpose:   one row an option says its name, its value, the field that keeps
 *            it and its help; reading the command line, help, manual pages and
 *            completions all follow from the row.
 * Ownership: tables are constants; values that are kept point into argv.
 * Units:     a size in bytes, a duration in milliseconds.
 * Errors:    TM_EUSAGE, in one line that names the option.
 * Source:    git's parse-options, fio's fio_option.
 *
 * A command has groups of options.  A group that several commands share is one
 * table over a struct of its own; each command says where in its settings that
 * struct lies.  No option has a branch of its own in a command: what cannot be
 * said in a row is a function in the row.
 */
#ifndef TM_OPTIONS_OPTIONS_H
#define TM_OPTIONS_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum tm_option_type {
	TM_OPTION_FLAG,	    /* int: 1 when it is given */
	TM_OPTION_TEXT,	    /* const char * */
	TM_OPTION_COUNT,    /* uint64_t */
	TM_OPTION_SIZE,	    /* uint64_t, bytes */
	TM_OPTION_DURATION, /* uint64_t, milliseconds */
	TM_OPTION_CHOICE,   /* an enum: the index in `choices` */
	TM_OPTION_CALL	    /* any: `read` keeps it */
};

struct tm_option {
	const char *name; /* without its dashes */
	char letter;	  /* -w; 0: none */
	enum tm_option_type type;
	size_t field; /* where in the group's struct */

	/* What a value looks like, as help shows it; NULL: no value; in
	 * brackets ("[NAME]"): it may be left out, and is given by --x=NAME
	 * only.  FILE, DIR, METRIC, RUN and SCENARIO are completed as such. */
	const char *argument;
	/* Of a CHOICE, ended by NULL; "" is an index that has no name. */
	const char *const *choices;
	uint64_t least, most; /* of a number; most 0: no limit */
	const char *help;     /* NULL: accepted, but not shown */

	/* Of a scenario's options: changes how long or how finely a run is
	 * measured, not its work, so that runs with other values of it may
	 * share a baseline. */
	int is_not_compared;

	/* `value` is NULL when there is none. */
	enum tm_rc (*read)(void *field, const struct tm_option *option,
			   const char *value, struct tm_err *err);
};

/*
 * The type of an option and its field, a member of the struct `of` with that
 * type:
 *
 *	{.name = "quiet", TM_OPTION_INTO(FLAG, struct settings, quiet),
 *	 .help = "only errors"},
 */
#define TM_OPTION_INTO(what, of, member)                                       \
	.type = TM_OPTION_##what, .field = TM_FIELD_##what(of, member)

#define TM_FIELD_FLAG(type, member)                                            \
	_Generic(((type *)0)->member, int : offsetof(type, member))
#define TM_FIELD_TEXT(type, member)                                            \
	_Generic(((type *)0)->member, const char * : offsetof(type, member))
#define TM_FIELD_COUNT(type, member)                                           \
	_Generic(((type *)0)->member, uint64_t : offsetof(type, member))
#define TM_FIELD_SIZE(type, member)	TM_FIELD_COUNT(type, member)
#define TM_FIELD_DURATION(type, member) TM_FIELD_COUNT(type, member)
#define TM_FIELD_CHOICE(type, member)                                          \
	_Generic(((type *)0)->member, unsigned int : offsetof(type, member))
#define TM_FIELD_CALL(type, member) offsetof(type, member)

/* The last row of a table. */
#define TM_OPTIONS_END                                                         \
	{                                                                      \
		.name = NULL                                                   \
	}

struct tm_option_group {
	const char *title; /* NULL: shown below the group before */
	const struct tm_option *options;
	size_t base; /* where in the settings its struct lies */
};

/* What options must or must not be given together. */
enum tm_option_rule_type {
	TM_RULE_ONE_OF,	 /* of `names`, one only */
	TM_RULE_WITHOUT, /* none of `names` with `other` */
	TM_RULE_NEEDS,	 /* each of `names` needs `other` */
	TM_RULE_ACTION	 /* each of `names` is for the action `other` only */
};

struct tm_option_rule {
	enum tm_option_rule_type type;
	const char *names;   /* parted by spaces */
	const char *other;   /* of ACTION: parted by spaces, too */
	const char *because; /* what the message ends with; NULL: nothing */
};

struct tm_example {
	const char *command; /* behind "tidemark " */
	const char *text;
};

/* What the operands are, for completion. */
enum tm_operands {
	TM_OPERANDS_NONE,
	TM_OPERANDS_COMMANDS, /* of tidemark */
	TM_OPERANDS_RUNS,
	TM_OPERANDS_SCENARIOS, /* or programs */
	TM_OPERANDS_COMMAND,   /* a program and all that follows is its own */
	TM_OPERANDS_ACTION     /* one of `actions`, then runs */
};

struct tm_command {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the command's name */
	const char *usage;		   /* what follows the name; each line
					    * is another way to call it */
	const char *summary;		   /* one line, no full stop */
	enum tm_operands operands;
	const char *const *actions;	      /* ended by NULL */
	const struct tm_option_group *groups; /* ended by one without options */

	/* Groups that are known at run time only; they stand behind the others
	 * and end like them.  NULL: none. */
	const struct tm_option_group *(*more_groups)(void);
	const struct tm_option_rule *rules; /* ended by one without names */
	const struct tm_example *examples;  /* ended by one without a command */
};

/* The group at `index` of all that a command has; NULL past the last. */
const struct tm_option_group *tm_command_group(const struct tm_command *command,
					       size_t index);

/* --- reading -------------------------------------------------------------- */

/* A command line, one argument after the other. */
struct tm_option_reader {
	const struct tm_command *command;
	char **argv;
	int argc;
	int next;
	int only_operands; /* after -- */
	const struct tm_option_group *group;
	const struct tm_option *option;
	const char *value; /* of the option, or the operand */
};

enum tm_option_item {
	TM_ITEM_END,
	TM_ITEM_OPTION,
	TM_ITEM_OPERAND,
	TM_ITEM_HELP, /* --help or -h */
	TM_ITEM_BAD   /* `err` says why */
};

void tm_option_reader_init(struct tm_option_reader *reader,
			   const struct tm_command *command, int argc,
			   char **argv);

/* The next option (`--name value`, `--name=value`, `-n value`, `-nvalue`) or
 * operand. */
enum tm_option_item tm_option_next(struct tm_option_reader *reader,
				   struct tm_err *err);

/* Arguments, before and after reading. */
struct tm_arguments {
	int argc;
	char **argv;

	/* The operands, ended by NULL; they are moved to argv's front, or
	 * left where they are when they are a program's. */
	char **operands;
	size_t count;
	char **behind; /* the first of them behind "--"; NULL: no "--" */
};

/* Read all options into `settings`, and check the command's rules.  The
 * operands of a command of TM_OPERANDS_COMMAND begin at its first word. */
enum tm_option_item tm_options_read(const struct tm_command *command,
				    void *settings,
				    struct tm_arguments *arguments,
				    struct tm_err *err);

/* The same for one value, of an option that stands in no command line. */
TM_CHECK enum tm_rc tm_option_keep(const struct tm_option *option, void *group,
				   const char *value, struct tm_err *err);

/* Whether the value may be left out. */
int tm_option_is_optional(const struct tm_option *option);

/* "png, svg or term" in `out`. */
void tm_option_list_choices(const struct tm_option *option, char *out,
			    size_t size);

#endif
