const fs = require('fs'), { TIDEMARK_FD: fd, TIDEMARK_ACK_FD: ack } = process.env, byte = Buffer.alloc(1);
function mark(i) {
	if (fd) fs.writeSync(+fd, `mark ${i}\n`);
	if (ack) fs.readSync(+ack, byte);
}
for (let i = 1; i <= 100; i++) mark(i); // your loop
