/*
 * driver.h - run the built tidemark as a person would, and look at the result.
 *
 * Purpose:   each test has a folder of its own to be in, which holds `out` and
 *            `err` after a call; tests/support/scenarios are its scenarios,
 *            and $PROGRAMS is the folder of the programs in tests/cli/programs.
 * Ownership: texts are valid until the next call.
 * Errors:    what keeps a test from running fails the test.
 */
#ifndef TM_TESTS_CLI_DRIVER_H
#define TM_TESTS_CLI_DRIVER_H

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

/* For TestSuite's .init and .fini. */
void driver_open(void);
void driver_close(void);

/* `tidemark ARGUMENTS`, as a shell reads them; the exit code. */
int tidemark(const char *arguments);

/* What the last call printed. */
const char *driver_out(void);
const char *driver_err(void);

/* Lines in what it printed on stderr. */
size_t driver_err_lines(void);

/* Write a file in the test's folder. */
void driver_write(const char *name, const char *content);

/* The first run in an --export-json file; release with json_decref(). */
json_t *driver_first_run(const char *name);

/* Runs stored in `folder`. */
size_t driver_count_runs(const char *folder);

/* Run `tidemark run hangs` and send it `signal` once it has marked; on a
 * terminal when `terminal` is set, and then by typing Ctrl-C.  The exit code;
 * driver_out() is all that it printed on either stream. */
int driver_interrupt(int signal, int terminal);

/*
 * `tidemark ARGUMENTS` on a terminal of 24 rows of 80 columns.  Once the
 * program has made the file `marker` and the terminal shows `seen`, Ctrl-C is
 * typed; and once more when it makes marker-2 then, if ARGUMENTS speak of it.
 * `seen` NULL: nothing is typed.  The exit code;
 * driver_out() is all that came to the terminal.
 */
int driver_terminal(const char *arguments, const char *seen);

/*
 * A shell on a terminal of 24 rows of 80 columns runs `script`, in which
 * $TIDEMARK is the program; the shell's process.  driver_out() is all that came
 * to the terminal so far.
 */
pid_t driver_shell(const char *script);

/* Wait until `text` comes to the terminal, behind what was awaited before. */
void driver_see(const char *text);
void driver_type(const char *keys);
void driver_resize(unsigned short rows, unsigned short columns);

/* The process group that has the terminal. */
pid_t driver_front(void);

/* Wait for its end, and fail unless it exits with 0. */
void driver_shell_end(void);

#endif
