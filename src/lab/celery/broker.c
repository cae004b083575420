#include "lab/celery/broker.h"

#include <assert.h>

enum tm_rc tm_broker_publish(struct tm_broker *broker,
			     const struct tm_message *message,
			     struct tm_err *err)
{
	enum tm_rc rc;

	assert(broker && message);
	rc = broker->ops->publish(broker, message, err);
	if (rc == TM_OK)
		broker->published++;
	return rc;
}

enum tm_rc tm_broker_flush(struct tm_broker *broker, struct tm_err *err)
{
	assert(broker);
	return broker->ops->flush(broker, err);
}

enum tm_rc tm_broker_idle(struct tm_broker *broker, uint32_t duration_ms,
			  struct tm_err *err)
{
	assert(broker);
	return broker->ops->idle(broker, duration_ms, err);
}

void tm_broker_close(struct tm_broker *broker)
{
	if (broker)
		broker->ops->close(broker);
}
