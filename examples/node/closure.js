// closure.js - a loop that leaks through a closure that is never called.
//
// Usage: node closure.js [REPLACEMENTS]        (default: 30000)
//
// Both functions of replace() share one context, because `unused` mentions
// `previous`.  So the thing that is kept holds the one before it, which holds
// the one before that: 8 KB stay for each replacement.  The memory is V8's own
// heap and not malloc's.  tidemark must say that resident memory grows;
// closure_fixed.js, one line more, is flat.
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
}

const replacements = Number(process.argv[2] || 30000);
for (let i = 1; i <= replacements; i++) {
  replace(i);
  if (i % 30 === 0 && fs.existsSync(marks) && fs.readlinkSync(marks) === process.env.TIDEMARK_PIPE)
    fs.writeSync(+process.env.TIDEMARK_FD, `mark ${i}\n`);
}
