#include "lab/celery/backend.h"

#include <assert.h>

enum tm_rc tm_backend_subscribe(struct tm_backend *backend,
				const struct tm_id *task_id, struct tm_err *err)
{
	assert(backend && task_id);
	return backend->ops->subscribe(backend, task_id, err);
}

enum tm_rc tm_backend_unsubscribe(struct tm_backend *backend,
				  const struct tm_id *task_id,
				  struct tm_err *err)
{
	assert(backend && task_id);
	return backend->ops->unsubscribe(backend, task_id, err);
}

enum tm_rc tm_backend_flush(struct tm_backend *backend, struct tm_err *err)
{
	assert(backend);
	return backend->ops->flush ? backend->ops->flush(backend, err) : TM_OK;
}

enum tm_rc tm_backend_set_chord_size(struct tm_backend *backend,
				     const struct tm_id *group_id,
				     uint32_t size, struct tm_err *err)
{
	assert(backend && group_id && size > 0);
	return backend->ops->set_chord_size(backend, group_id, size, err);
}

enum tm_rc tm_backend_get(struct tm_backend *backend,
			  const struct tm_id *task_id, struct tm_buf *payload,
			  struct tm_err *err)
{
	assert(backend && task_id && payload);
	tm_buf_clear(payload);
	return backend->ops->get(backend, task_id, payload, err);
}

enum tm_rc tm_backend_next_event(struct tm_backend *backend,
				 uint32_t timeout_ms,
				 struct tm_backend_event *event,
				 struct tm_err *err)
{
	assert(backend && event);
	return backend->ops->next_event(backend, timeout_ms, event, err);
}

void tm_backend_close(struct tm_backend *backend)
{
	if (backend)
		backend->ops->close(backend);
}
