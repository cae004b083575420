/*
 * decorator.h - what trace and fault have in common.
 *
 * Purpose:   a broker and a backend that call a hook before each call, and pass
 *            the call on to the one behind them.
 * Ownership: as decorate.h.  The decorator is copied; its context is borrowed
 *            and has to outlive the broker and the backend.
 * Errors:    TM_ENOMEM, and whatever the hook returns.
 */
#ifndef TM_LAB_TRANSPORT_DECORATOR_H
#define TM_LAB_TRANSPORT_DECORATOR_H

#include "lab/transport/decorate.h"

struct tm_call {
	enum tm_call_type {
		TM_CALL_PUBLISH,
		TM_CALL_FLUSH,
		TM_CALL_IDLE,
		TM_CALL_SUBSCRIBE,
		TM_CALL_UNSUBSCRIBE,
		TM_CALL_SET_CHORD_SIZE,
		TM_CALL_GET,
		TM_CALL_NEXT_EVENT
	} type;
	const struct tm_message *message; /* of a publish */
	const struct tm_id *id;		  /* of a task or a group, or NULL */
	uint32_t size;			  /* of a chord */
};

struct tm_decorator {
	const char *name;
	void *context; /* borrowed */
	/* TM_OK lets the call through; the call returns anything else. */
	enum tm_rc (*before)(void *context, const struct tm_call *call,
			     struct tm_err *err);
};

TM_CHECK enum tm_rc tm_broker_decorate(struct tm_broker **out,
				       struct tm_alloc *alloc,
				       struct tm_broker *inner,
				       const struct tm_decorator *decorator,
				       struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_decorate(struct tm_backend **out,
					struct tm_alloc *alloc,
					struct tm_backend *inner,
					const struct tm_decorator *decorator,
					struct tm_err *err);

#endif
