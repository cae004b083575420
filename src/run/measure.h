/*
 * measure.h - run a program, or attach to one, and record what it does.
 *
 * Purpose:   start the program, collect its marks, watch its memory and its
 *            time, and fill a struct tm_run.
 * Ownership: the options are borrowed for the call; the run is the caller's and
 *            is filled in.
 * Units:     bytes, milliseconds.
 * Errors:    only what kept the program from being measured at all is an error:
 *            TM_EUSAGE when it cannot be started, TM_ENOMEM, TM_ESYSTEM.  A
 *            program that crashes, fails, grows too large, takes too long or is
 *            interrupted is an outcome of the run.
 *
 * A bare `mark` is sampled from outside when it is read, a little after the
 * program wrote it, unless the program waits for the acknowledgement.  When
 * marks come faster than a twentieth of one processor can sample, only the
 * newest is sampled; the others are recorded without values.
 */
#ifndef TM_RUN_MEASURE_H
#define TM_RUN_MEASURE_H

#include "results/run.h"
#include "run/measure_opts.h"

TM_CHECK enum tm_rc tm_measure(struct tm_run *run,
			       const struct tm_measure_opts *opts,
			       struct tm_err *err);

#endif
