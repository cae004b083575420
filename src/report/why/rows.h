/*
 * rows.h - the rows that text and Markdown show alike.
 *
 * Purpose:   one text of layers and sites for both forms.
 * Ownership: rows are plain memory of the caller.
 * Units:     as the columns say.
 * Errors:    none: a text that is too long is cut.
 */
#ifndef TM_REPORT_WHY_ROWS_H
#define TM_REPORT_WHY_ROWS_H

#include "report/format/form.h"
#include "report/why/site_text.h"
#include "explain/analysis.h"
#include "explain/processes.h"
#include "util/escape.h"
#include "util/text.h"

/* Columns that sentences take at most. */
#define TM_WHY_WIDTH 78

/* Sites that are shown unless all are asked for. */
#define TM_WHY_SITES	    5
#define TM_WHY_SITES_AT_END 3
#define TM_WHY_STACK	    3

/* Types and processes, likewise. */
#define TM_WHY_TYPES	 8
#define TM_WHY_PROCESSES 5

/* "98 %"; "130 %" where others shrank. */
#define TM_WHY_SHARE_MAX 16

struct tm_why_layer_row {
	char rate[TM_AMOUNT_MAX];
	char interval[TM_INTERVAL_MAX];
	const char *growth; /* or why that is not decided: "few samples" */
};

struct tm_why_site_row {
	char growth[TM_AMOUNT_MAX]; /* for one unit, or what lives */
	char error[TM_AMOUNT_MAX];
	char share[TM_WHY_SHARE_MAX]; /* of what their memory grew by, or "" */
	char holder[TM_FRAME_TEXT_MAX];
};

struct tm_why_process_row {
	char holder[TM_WHY_PROCESS_NAME_MAX + 32]; /* "python3, pid 1234" */
	char growth[TM_AMOUNT_MAX];
	char share
		[TM_WHY_SHARE_MAX]; /* of what all grew by meanwhile, or "-" */
	char rate[TM_AMOUNT_MAX];
	char end[TM_AMOUNT_MAX]; /* until when, as text */
};

/* Whether the layer is shown: all that grow, and those that frame them. */
int tm_why_shows(const struct tm_why_layer *layer, int everything);

/* What grows beside the verdict, which says that nothing does, is said not to be
 * judged. */
void tm_why_layer_row_make(struct tm_why_layer_row *out,
			   const struct tm_why_layer *layer,
			   const struct tm_verdict *verdict);

/* Whether the processes are listed: there were several, the growth of some is
 * known, and resident memory grows. */
int tm_why_shows_processes(const struct tm_analysis *facts, int everything);
void tm_why_process_row_make(struct tm_why_process_row *out,
			     const struct tm_run *run,
			     const struct tm_why_process *process);

/* Which sites are shown: those that grow; without any, those with live memory.
 */
enum tm_why_sites { TM_WHY_SITES_NONE, TM_WHY_SITES_GROW, TM_WHY_SITES_HOLD };

enum tm_why_sites tm_why_sites_kind(const struct tm_run_sites *sites);

/* How many sites are of `kind`. */
size_t tm_why_sites_count(const struct tm_run_sites *sites,
			  enum tm_why_sites kind);

/* What those that grow did, from the first third to the last. */
double tm_why_growing_bytes(const struct tm_run_sites *sites);

/* Whether `site` is one of those of `kind`. */
int tm_why_site_is(const struct tm_run_site *site, enum tm_why_sites kind);
void tm_why_site_row_make(struct tm_why_site_row *out,
			  const struct tm_run_sites *sites,
			  const struct tm_run_site *site,
			  enum tm_why_sites kind, enum tm_unit unit);

/* Of what the memory that the sites are of grew by; NAN when that is not
 * known. */
double tm_why_site_share(const struct tm_run_sites *sites,
			 const struct tm_run_site *site);

/* "Allocated at: ...", a line without its end; `sites` are the run's. */
void tm_why_sites_title(char out[TM_TEXT_MAX], const struct tm_run *run,
			const struct tm_run_sites *sites,
			enum tm_why_sites kind);

/* The frame `at` behind the holder, counted from 0: first the script's lines,
 * then the stack's frames; 0 behind the last. */
int tm_why_site_frame(char out[TM_FRAME_TEXT_MAX],
		      const struct tm_run_site *site, size_t at);

/* "10 promise, 4 AsyncResult", the largest first; 0 when there are none. */
/* A type whose objects grow in number; what is not known is "". */
struct tm_why_type_row {
	char name[TM_TEXT_MAX];
	char rate[TM_AMOUNT_MAX]; /* objects, for one of the run's unit */
	char interval[TM_INTERVAL_MAX];
	char bytes[TM_AMOUNT_MAX];
	char uncollectable[TM_NUMBER_MAX + 24];
};

void tm_why_type_row_make(struct tm_why_type_row *out,
			  const struct tm_why_type *type);

int tm_why_census(char out[TM_TEXT_MAX], const struct tm_facts *numbers);

#endif
