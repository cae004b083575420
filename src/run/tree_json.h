/*
 * tree_json.h - the processes of a run.
 *
 * Purpose:   what a run remembers of each process of the program (struct
 *            tm_run, tree), and what its notes say of those that no sample
 *            holds.
 * Ownership: all is borrowed.
 * Errors:    none: what there is no memory for is not kept.
 */
#ifndef TM_RUN_TREE_JSON_H
#define TM_RUN_TREE_JSON_H

#include "probe/probe.h"
#include "results/run.h"

/* The program is over.  Nothing is said of a probe of this process. */
void tm_tree_json_add(struct tm_run *run, struct tm_probe *probe);

#endif
