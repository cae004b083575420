const fs = require('fs'), env = process.env, byte = Buffer.alloc(1);
function isOurs(fd, pipe) {
	const link = `/proc/self/fd/${fd || 'none'}`;
	return fs.existsSync(link) && fs.readlinkSync(link) === pipe;
}
function mark(i) {
	if (!isOurs(env.TIDEMARK_FD, env.TIDEMARK_PIPE)) return;
	fs.writeSync(+env.TIDEMARK_FD, `mark ${i}\n`);
	if (isOurs(env.TIDEMARK_ACK_FD, env.TIDEMARK_ACK_PIPE)) fs.readSync(+env.TIDEMARK_ACK_FD, byte);
}
for (let i = 1; i <= 100; i++) mark(i); // your loop
