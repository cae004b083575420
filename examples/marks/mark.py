import os
def is_ours(fd, pipe):
    link = "/proc/self/fd/" + os.environ.get(fd, "")
    return os.path.islink(link) and os.readlink(link) == os.environ.get(pipe)
def mark(i):
    if not is_ours("TIDEMARK_FD", "TIDEMARK_PIPE"): return
    os.write(int(os.environ["TIDEMARK_FD"]), b"mark %d\n" % i)
    if is_ours("TIDEMARK_ACK_FD", "TIDEMARK_ACK_PIPE"): os.read(int(os.environ["TIDEMARK_ACK_FD"]), 1)
for i in range(1, 101):  # your loop
    mark(i)
