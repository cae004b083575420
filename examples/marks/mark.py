import os
def mark(i, fd=os.environ.get("TIDEMARK_FD"), ack=os.environ.get("TIDEMARK_ACK_FD")):
    if fd: os.write(int(fd), b"mark %d\n" % i)
    if ack: os.read(int(ack), 1)
for i in range(1, 101):  # your loop
    mark(i)
