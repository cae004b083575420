/*
 * runtimes.h - what tidemark knows of each language runtime, one file each.
 *
 * Purpose:   a runtime such as CPython or the JVM takes memory for its objects
 *            in a way of its own.  One row says how to recognise it, what to
 *            set so that malloc sees its objects, how to read its stacks, and
 *            what shows its heap.  (`tm_runtime` is the lab's object runtime.)
 * Ownership: constants; texts that are passed in are borrowed.
 * Errors:    a program that no row recognises has no runtime: NULL.
 *
 * To add a runtime: one file here, one row in TM_LANGUAGES.  DEVELOPMENT.md says
 * more.  What must run inside the program is src/preload's, not here.
 *
 * How its heap is asked is src/heap's: by an agent, which is named here, or from
 * outside.
 */
#ifndef TM_RUNTIMES_RUNTIMES_H
#define TM_RUNTIMES_RUNTIMES_H

#include <stddef.h>

/* Files of this folder, each with one row. */
#define TM_LANGUAGES(ROW)                                                      \
	ROW(cpython)                                                           \
	ROW(pypy)                                                              \
	ROW(node)                                                              \
	ROW(jvm)                                                               \
	ROW(go)                                                                \
	ROW(ruby)                                                              \
	ROW(php)                                                               \
	ROW(perl)                                                              \
	ROW(lua)                                                               \
	ROW(dotnet)                                                            \
	ROW(beam)

#define TM_LANGUAGE_PROGRAMS_MAX  3
#define TM_LANGUAGE_VARIABLES_MAX 6
#define TM_LANGUAGE_REFUSING_MAX  2
#define TM_LANGUAGE_OWN_MAX	  2

/* One line of a script's stack.  Texts are parts of the line. */
struct tm_script_frame {
	const char *file; /* NULL: the line does not name a place */
	int file_length;
	int line;
	const char *function;
	int function_length;
	int is_library; /* what the runtime brings with it: rarely the place that
			 * one looks for */
};

struct tm_language {
	const char *name; /* "CPython" */

	/* How file names of its programs begin: "python" is also python3.11.
	 * None: a name does not say. */
	const char *programs[TM_LANGUAGE_PROGRAMS_MAX];
	int takes_script; /* its first operand is the file that it runs */

	/* Environment variables that change how it uses memory; a star at the
	 * end stands for any ending. */
	const char *variables[TM_LANGUAGE_VARIABLES_MAX];

	/* What makes it take its objects from malloc, set for programs that are
	 * counted from inside.  No variable: nothing does, or nothing needs to.
	 * `note` completes "VARIABLE=VALUE was set, ". */
	struct {
		const char *variable;
		const char *value;
		const char *note;
	} counting;

	/* The helper that reports its heap from inside (src/heap/agents): its
	 * file, the variable that makes the runtime load it, and the option
	 * that stands before its path there, in front of what the variable
	 * held.  No file: none, but that of the preloaded library where it is
	 * `in_library`. */
	struct {
		const char *file;
		const char *variable;
		const char *option;
		int in_library;
		/* With one of these options, or one that begins so, the runtime
		 * would not start with a helper. */
		const char *refusing[TM_LANGUAGE_REFUSING_MAX];
		/* How functions begin that only the helper's questions call:
		 * what is allocated below them is not the program's. */
		const char *own_functions[TM_LANGUAGE_OWN_MAX];
	} agent;

	/* Read a line of its stacks, as they are taken (src/preload) and
	 * stored.  Returns whether it is a frame.  NULL: none are taken. */
	int (*read_frame)(struct tm_script_frame *out, const char *line);

	/* Where its objects live, if not in malloc, and what shows them: two
	 * clauses.  Both or neither. */
	const char *heap;
	const char *advice;
};

#define TM_LANGUAGE_DECLARE(row)                                               \
	extern const struct tm_language tm_language_##row;
TM_LANGUAGES(TM_LANGUAGE_DECLARE)
#undef TM_LANGUAGE_DECLARE

#define TM_LANGUAGE_ONE(row) +1
enum { TM_LANGUAGE_COUNT = 0 TM_LANGUAGES(TM_LANGUAGE_ONE) };
#undef TM_LANGUAGE_ONE

/* The row `at`, below TM_LANGUAGE_COUNT, in the order of TM_LANGUAGES. */
const struct tm_language *tm_language_at(size_t at);

/* Whose program this is, by the file name of a path; NULL: none of them. */
const struct tm_language *tm_language_of_program(const char *path);

/* Whether a program of this name, which but for a version must be one of a row
 * ("python3.11"), runs the file that its first operand names. */
int tm_language_takes_script(const char *name);

/* Whether the environment variable changes the memory of any runtime. */
int tm_language_has_variable(const char *name);

/* Read a line of a script's stack by the first row that knows it.  Returns
 * whether it is a frame. */
int tm_script_frame_read(struct tm_script_frame *out, const char *line);

/* Whether only a helper calls this function. */
int tm_language_is_agents_function(const char *function);

/* --- sets ----------------------------------------------------------------- */

/* Zeroed memory is the empty set. */
struct tm_language_set {
	unsigned int bits; /* of the rows, by their order */
};

/* NULL is never a member, and adding it changes nothing. */
void tm_language_set_add(struct tm_language_set *set,
			 const struct tm_language *language);
int tm_language_set_has(struct tm_language_set set,
			const struct tm_language *language);

#endif
