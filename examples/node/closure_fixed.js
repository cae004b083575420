// closure_fixed.js - closure.js and one line: what the shared context mentions
// is let go.
//
// Usage: node closure_fixed.js [REPLACEMENTS]        (default: 30000)
//
// tidemark must find it flat once V8 has grown its heap to what it needs.
const fs = require("fs");
const marks = "/proc/self/fd/" + (process.env.TIDEMARK_FD || "none");

let kept = null;

function replace(number) {
  let previous = kept;
  const unused = () => previous && console.log("replaced");
  kept = {
    numbers: new Array(1000).fill(number),
    describe: () => "the thing that is kept",
  };
  previous = null;
}

const replacements = Number(process.argv[2] || 30000);
for (let i = 1; i <= replacements; i++) {
  replace(i);
  if (i % 30 === 0 && fs.existsSync(marks) && fs.readlinkSync(marks) === process.env.TIDEMARK_PIPE)
    fs.writeSync(+process.env.TIDEMARK_FD, `mark ${i}\n`);
}
