/*
 * proxy.h - a relay between a transport and its server, to make the network
 * fail at a chosen moment.
 *
 * Every function returns when it has been done, so no test has to sleep.
 */
#ifndef TM_TESTS_PROXY_H
#define TM_TESTS_PROXY_H

#include <pthread.h>
#include <stddef.h>

#define PROXY_PAIRS 8

struct proxy {
	int port; /* of 127.0.0.1, to connect to */
	int target_port;
	int listener;
	int control[2];
	int pairs[PROXY_PAIRS][2]; /* the client's and the server's socket */
	pthread_t thread;
};

void proxy_start(struct proxy *proxy, int target_port);
void proxy_stop(struct proxy *proxy);

/* Close all connections, as a network or a server that fails does. */
void proxy_hang_up(struct proxy *proxy);

/* Close all connections and refuse new ones. */
void proxy_shut_down(struct proxy *proxy);

/* Send bytes to the clients as if the server had. */
void proxy_inject(struct proxy *proxy, const void *bytes, size_t length);

#endif
