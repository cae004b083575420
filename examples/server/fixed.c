/*
 * fixed.c - a small server that frees what it allocates.
 *
 * Answers one request a connection, on a port of the loopback that it prints:
 *
 *   GET NAME   200 and a greeting
 *   STOP       200, and the server ends
 *   all else   400
 *
 * leaking.c does not free the reply to a bad request, leaking_descriptor.c does
 * not close its connection; `diff` shows the line.  This one is flat.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tidemark_mark.h"

#define REPLY_BYTES 1000

/* Listen on a free port of the loopback and say which. */
static int start_listening(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (listener < 0 ||
	    bind(listener, (struct sockaddr *)&address, length) != 0 ||
	    listen(listener, 64) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
		perror("cannot listen");
		exit(1);
	}
	printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return listener;
}

static void send_text(int connection, const char *text)
{
	/* A client that has gone away is no reason to end. */
	(void)!send(connection, text, strlen(text), MSG_NOSIGNAL);
}

/* Answer one request.  Returns 0 when it asks the server to stop. */
static int serve(int connection)
{
	char request[128] = "", name[64];
	char *reply = malloc(REPLY_BYTES);
	int go_on;

	if (!reply || recv(connection, request, sizeof(request) - 1, 0) < 0) {
		free(reply);
		close(connection);
		return 1;
	}
	memset(reply, 0, REPLY_BYTES);
	go_on = strcmp(request, "STOP\n") != 0;
	if (go_on && sscanf(request, "GET %63s", name) != 1) {
		send_text(connection, "400 what?\n");
		free(reply);
		close(connection);
		return 1;
	}
	snprintf(reply, REPLY_BYTES, "200 hello, %s\n", go_on ? name : "end");
	send_text(connection, reply);
	free(reply);
	close(connection);
	return go_on;
}

int main(void)
{
	int listener = start_listening();
	unsigned long long requests = 0;

	while (serve(accept(listener, NULL, NULL)))
		tm_mark(++requests);
	close(listener);
	return 0;
}
