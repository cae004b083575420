/*
 * agents.h - the helpers that run inside collected runtimes.
 *
 * Purpose:   a socket to which each helper ("agent") connects by itself, and
 *            what can be asked of it: a full collection with its figures, the
 *            live objects by type, and where they were allocated.
 * Ownership: tm_agents_open() gives the caller the struct's contents, to be
 *            given back with tm_agents_close(); that removes the socket.
 * Units:     bytes, objects, nanoseconds, milliseconds.
 * Errors:    an agent that does not answer in time, says something that cannot
 *            be read, or is gone is left out, and counted.
 *
 * The protocol is lines of UTF-8, each at most 1,024 bytes with its newline:
 *
 *   agent:    hello 1 PID LANGUAGE VERSION [sites]
 *                                              once, after it has connected
 *   tidemark: collect NUMBER
 *   agent:    heap NUMBER KEY=VALUE ...        keys of TM_HEAP_FIGURES
 *   tidemark: census NUMBER
 *   agent:    type NUMBER OBJECTS BYTES UNCOLLECTABLE NAME
 *                                              a line for each type; a figure
 *                                              that is not known is "-"
 *             end NUMBER
 *   tidemark: sites NUMBER                     only if its hello ends in "sites"
 *   agent:    sampled NUMBER BYTES             mean distance of samples, not 0
 *             site NUMBER SAMPLES ALLOCATED FREED FRAMES
 *                                              a line for each stack that holds
 *                                              or held memory: estimated bytes
 *                                              since it was first asked for
 *                                              sites, and the frames, innermost
 *                                              first, with tabs between them
 *             end NUMBER
 *   agent:    no NUMBER WHY                    in place of any answer
 *
 * An agent answers one line after the other.  It ignores lines that it does not
 * know, does nothing when it is not asked, does not keep its program alive, and
 * ends when the connection does.
 *
 * The path of the socket is in TIDEMARK_INSIDE.  A program without it, or whose
 * agent cannot connect, runs as if there were no agent.
 */
#ifndef TM_HEAP_AGENTS_H
#define TM_HEAP_AGENTS_H

#include <sys/types.h>

#include "heap/figures.h"
#include "heap/idle.h"

#define TM_AGENTS_VARIABLE "TIDEMARK_INSIDE"
#define TM_AGENTS_SOCKET   "agents"
#define TM_AGENTS_MAX	   64
#define TM_AGENT_LINE_MAX  1024

struct tm_agent {
	int fd;
	pid_t pid; /* as the kernel says, not the agent */
	char language[32];
	char version[32];
	int said_hello;
	int has_sites;	     /* can be asked for them */
	uint32_t at;	     /* the question that it is to answer; 0: none */
	struct tm_idle idle; /* when it was asked, or last read */
	int skips;	     /* the rest of a line that is too long */
	char line[TM_AGENT_LINE_MAX]; /* what has come of the next line */
	size_t length;
};

struct tm_agents {
	int listen_fd;
	char path[108];
	uint32_t number; /* of the last question */
	struct tm_agent agent[TM_AGENTS_MAX];
	size_t count;
	char languages[128];   /* that said hello, each once, ended by ';' */
	uint64_t seen;	       /* that said hello, ever */
	uint64_t late;	       /* questions without an answer in time */
	uint64_t asleep;       /* those that waited for something else */
	uint64_t refused;      /* answers "no" */
	char why[128];	       /* the last of those */
	uint64_t not_read;     /* lines that could not be read */
	uint64_t without_live; /* answers that do not say what is alive */
};

/* Listen at TM_AGENTS_SOCKET in `folder`. */
TM_CHECK enum tm_rc tm_agents_open(struct tm_agents *agents, const char *folder,
				   struct tm_err *err);
void tm_agents_close(struct tm_agents *agents);

/* Take in agents that have connected, and drop those that are gone.  Does not
 * wait. */
void tm_agents_accept(struct tm_agents *agents);

/* Have all collect at once, and wait at most `limit_ms`.  What all of them know
 * is added up; `pause_ns` is the longest.  Returns how many answered. */
size_t tm_agents_collect(struct tm_agents *agents, uint64_t limit_ms,
			 struct tm_heap_figures *out);

/* Add the live objects of all to `out`. */
TM_CHECK enum tm_rc tm_agents_census(struct tm_agents *agents,
				     uint64_t limit_ms,
				     struct tm_heap_census *out,
				     struct tm_err *err);

/* Whether any can report allocation sites. */
int tm_agents_have_sites(const struct tm_agents *agents);

/* Add the allocation sites of all that can report them to `out`.  TM_EUNAVAILABLE
 * when one of those did not. */
TM_CHECK enum tm_rc tm_agents_sites(struct tm_agents *agents, uint64_t limit_ms,
				    struct tm_heap_sites *out,
				    struct tm_err *err);

#endif
