import { runProgram } from './program.js';

// Not only the exit code: a Kafka client that was given up on keeps trying, and the process alive.
process.exit(await runProgram(process.argv));
