// Loaded before a server under test (`--import`): its wall clock is off by as many milliseconds as stand in the file
// that GREFFE_TEST_CLOCK names, and steps whenever they change. Timers and the monotonic clock run on, as they do when
// an administrator or a time service sets a machine's clock.
import { readFileSync } from 'node:fs';

const file = process.env.GREFFE_TEST_CLOCK;
const TrueDate = Date;
let offset = 0;

function look() {
  try {
    offset = Number(readFileSync(file, 'utf8'));
  } catch {
    offset = 0;
  }
}

class SteppedDate extends TrueDate {
  constructor(...args) {
    super(...(args.length === 0 ? [TrueDate.now() + offset] : args));
  }

  static now() {
    return TrueDate.now() + offset;
  }
}

look();
setInterval(look, 20).unref();
globalThis.Date = SteppedDate;
